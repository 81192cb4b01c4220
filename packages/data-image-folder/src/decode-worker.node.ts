import { parentPort, workerData } from "node:worker_threads";
import { decode } from "./decode.node.js";
import type { DecodeAnswer, ToDecoder } from "./decoder.node.js";
import type { Decoding } from "./options.js";

const port = parentPort!;

port.on("message", (message: ToDecoder) => {
  if (message === "close") return port.close();
  const { id, path } = message;
  decode(path, workerData as Required<Decoding>).then(
    (image) => {
      // Of its own, so that it moves to the other thread without a copy.
      const data = new Uint8Array(image.data);
      port.postMessage({ id, image: { ...image, data } } satisfies DecodeAnswer, [data.buffer]);
    },
    (error) => {
      const why = (error instanceof Error ? error.message : String(error)).trim();
      port.postMessage({ id, why } satisfies DecodeAnswer);
    },
  );
});
