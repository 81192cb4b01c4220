import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { ContrastiveError, type RawImage } from "@contrastive/core";
import { UnreadableImage } from "./open-images.js";
import type { Decoding } from "./options.js";

export interface DecodeTask {
  readonly id: number;
  readonly path: string;
}

export type ToDecoder = DecodeTask | "close";

export type DecodeAnswer =
  | { readonly id: number; readonly image: RawImage }
  | { readonly id: number; readonly why: string };

export interface Decoder {
  /** Throws `UnreadableImage` for a file at fault, and the signal's reason at once when aborted. */
  decode(path: string, signal?: AbortSignal): Promise<RawImage>;
  close(): Promise<void>;
}

interface Job extends DecodeTask {
  settle(result: { readonly image: RawImage } | { readonly error: unknown }): void;
}

/** sharp works in the threads of Node's pool, which has four unless UV_THREADPOOL_SIZE says otherwise. */
const most = Math.min(4, availableParallelism());

/**
 * Decodes files on a thread of its own, a few at a time, in the order in which they are asked for: it goes on while the program's
 * thread computes, and holds no more than is being decoded.
 *
 * The thread is started by the first file, and keeps no program from ending. If it dies, files under way fail and the next one
 * starts another.
 */
export function createDecoder({ who, ...options }: Required<Decoding> & { readonly who: string }): Decoder {
  const waiting = new Set<Job>();
  const underway = new Map<number, Job>();
  let worker: Worker | undefined;
  let closed = false;
  let nextId = 0;

  function start(): Worker {
    // Without the program's own switches, some of which refuse workers or load what is of no use there.
    const started = new Worker(new URL("../dist/decode-worker.node.js", import.meta.url), {
      workerData: options,
      execArgv: [],
    });
    started.on("message", (answer: DecodeAnswer) => {
      const job = underway.get(answer.id);
      underway.delete(answer.id);
      if ("image" in answer) job?.settle(answer);
      else job?.settle({ error: new UnreadableImage(answer.why) });
      advance();
    });
    started.on("error", (error) => died(started, error));
    started.on("exit", (code) => died(started, new Error(`it stopped with code ${code}`)));
    return started;
  }

  function died(which: Worker, cause: Error): void {
    if (which !== worker) return;
    worker = undefined;
    const paths = [...underway.values()].map(({ path }) => path);
    const error = new ContrastiveError({
      who,
      what: `the thread that decodes images died at ${paths.join(", ") || "its start"}: ${cause.message}`,
      cause,
    });
    const failed = [...underway.values()];
    underway.clear();
    for (const job of failed) job.settle({ error });
    advance();
  }

  function advance(): void {
    for (const job of waiting) {
      if (underway.size >= most) break;
      waiting.delete(job);
      underway.set(job.id, job);
      worker ??= start();
      worker.postMessage({ id: job.id, path: job.path } satisfies ToDecoder);
    }
    if (underway.size > 0) worker?.ref();
    else worker?.unref();
  }

  return {
    decode(path, signal) {
      return new Promise<RawImage>((resolve, reject) => {
        if (closed) return reject(wasClosed(who));
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => job.settle({ error: signal!.reason });
        const job: Job = {
          id: nextId++,
          path,
          settle(result) {
            signal?.removeEventListener("abort", onAbort);
            // What is under way can't be stopped; its answer finds nobody then.
            waiting.delete(job);
            if ("image" in result) resolve(result.image);
            else reject(result.error);
          },
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        waiting.add(job);
        advance();
      });
    },
    async close() {
      closed = true;
      const ended = worker;
      worker = undefined;
      const left = [...waiting, ...underway.values()];
      waiting.clear();
      underway.clear();
      for (const job of left) job.settle({ error: wasClosed(who) });
      if (ended === undefined) return;
      // It ends once what it decodes is done: a thread that is torn down under native code may take the program with it.
      ended.ref();
      const exit = new Promise((resolve) => ended.once("exit", resolve));
      ended.postMessage("close" satisfies ToDecoder);
      await exit;
    },
  };
}

function wasClosed(who: string): ContrastiveError {
  return new ContrastiveError({ who, what: "it was closed while images were read", fix: "Open it again" });
}
