/** What differs between a browser and Node: here, a browser. `platform.node.ts` exports the same. */

/** The bytes of a file of this package. */
export async function readBinary(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href}: HTTP status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Turns relaxed SIMD on where it needs a switch. */
export function allowRelaxedSimd(): void {}

/** Threads that this machine runs at once. */
export function countProcessors(): number {
  return navigator.hardwareConcurrency;
}

/** Whether this thread may sleep: a page's may not. */
export const maySleep = "WorkerGlobalScope" in globalThis;

/** A thread that `fast/worker.ts` runs. */
export interface Thread {
  /** Resolves when it has answered to `message`; rejects if it can't be started. */
  start(message: unknown): Promise<void>;
  stop(): void;
}

export function createThread(): Thread {
  const worker = new Worker(new URL("../dist/fast/worker.js", import.meta.url), { type: "module" });
  return {
    start: (message) =>
      new Promise((resolve, reject) => {
        worker.addEventListener("message", () => resolve(), { once: true });
        // A worker that may not run, or whose file is not there, says nothing about why.
        worker.addEventListener(
          "error",
          ({ message }) => reject(new Error(message || "A worker does not run.")),
          { once: true },
        );
        worker.postMessage(message);
      }),
    stop: () => worker.terminate(),
  };
}
