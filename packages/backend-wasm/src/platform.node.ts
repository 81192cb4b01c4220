import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import type { Thread } from "./platform.js";

export async function readBinary(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  // As it is in a browser: a buffer of Node's pool is a view of others' bytes too.
  return Uint8Array.from(await readFile(url));
}

export function allowRelaxedSimd(): void {
  const [major] = process.versions.node.split(".").map(Number);
  // From V8 11.4 on, which Node 21 brought, it is always on, and at some later time the flag is gone.
  if (major < 21) setFlagsFromString("--experimental-wasm-relaxed-simd");
}

export function countProcessors(): number {
  return availableParallelism();
}

export const maySleep = true;

export function createThread(): Thread {
  // Without the program's own switches, some of which refuse workers (`--input-type`) or load what is of no use there.
  const worker = new Worker(new URL("../dist/fast/worker.node.js", import.meta.url), { execArgv: [] });
  // Waiting for work keeps no program from ending.
  worker.unref();
  return {
    start: (message) =>
      new Promise((resolve, reject) => {
        worker.once("message", () => resolve());
        worker.once("error", reject);
        worker.postMessage(message);
      }),
    stop: () => void worker.terminate(),
  };
}
