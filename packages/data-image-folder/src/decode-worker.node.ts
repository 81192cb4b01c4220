import { availableParallelism } from "node:os";
import { parentPort } from "node:worker_threads";
import { decode } from "./decode.node.js";
import type { DecodeAnswer, ToDecoder } from "./decoder.node.js";
import type { ImageInput } from "./image-input.js";
import type { Decoding } from "./options.js";

const port = parentPort!;

/** sharp works in the threads of Node's pool, which has four unless UV_THREADPOOL_SIZE says otherwise. */
const most = Math.min(4, availableParallelism());

const waiting = new Map<number, { readonly input: ImageInput; readonly decoding: Required<Decoding> }>();
let underway = 0;
let closing = false;

port.on("message", (message: ToDecoder) => {
  if (message === "close") closing = true;
  else if ("cancel" in message) for (const id of message.cancel) waiting.delete(id);
  else waiting.set(message.id, message);
  advance();
});

function advance(): void {
  for (const [id, { input, decoding }] of waiting) {
    if (underway >= most) return;
    waiting.delete(id);
    underway++;
    void answer(id, input, decoding).finally(() => {
      underway--;
      advance();
    });
  }
  if (closing && underway === 0) port.close();
}

async function answer(id: number, input: ImageInput, decoding: Required<Decoding>): Promise<void> {
  try {
    const image = await decode(input, decoding);
    // Of its own, so that it moves to the other thread without a copy.
    const data = new Uint8Array(image.data);
    port.postMessage({ id, image: { ...image, data } } satisfies DecodeAnswer, [data.buffer]);
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).trim();
    port.postMessage({ id, why } satisfies DecodeAnswer);
  }
}
