import { Worker } from "node:worker_threads";
import { ContrastiveError, type RawImage } from "@contrastive/core";
import { UnreadableImage } from "./open-images.js";
import type { Decoding } from "./options.js";

/** In the order of `id`; those cancelled are left out unless they are under way. */
export type ToDecoder =
  | { readonly id: number; readonly path: string }
  | { readonly cancel: readonly number[] }
  | "close";

export type DecodeAnswer =
  | { readonly id: number; readonly image: RawImage }
  | { readonly id: number; readonly why: string };

export interface Decoder {
  /** Throws `UnreadableImage` for a file at fault, and the signal's reason at once when aborted. */
  decode(path: string, signal?: AbortSignal): Promise<RawImage>;
  close(): Promise<void>;
}

interface Job {
  readonly id: number;
  readonly path: string;
  settle(result: { readonly image: RawImage } | { readonly error: unknown }): void;
}

/**
 * Decodes files on a thread of its own, in the order in which they are asked for.
 *
 * All that is asked for waits there, not here: so it goes on while the program's thread computes. How far it may be ahead is up to
 * who asks. The thread is started by the first file, and keeps no program from ending. If it dies, what was asked for fails, and
 * the next file starts another.
 */
export function createDecoder({ who, ...options }: Required<Decoding> & { readonly who: string }): Decoder {
  const jobs = new Map<number, Job>();
  const heeded = new Map<AbortSignal, { readonly ids: Set<number>; readonly onAbort: () => void }>();
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
      jobs.get(answer.id)?.settle("image" in answer ? answer : { error: new UnreadableImage(answer.why) });
    });
    started.on("error", (error) => died(started, error));
    started.on("exit", (code) => died(started, new Error(`it stopped with code ${code}`)));
    return started;
  }

  function died(which: Worker, cause: Error): void {
    if (which !== worker) return;
    worker = undefined;
    const [first] = jobs.values();
    const error = new ContrastiveError({
      who,
      what: `the thread that decodes images died at ${first?.path ?? "its start"} or soon after: ${cause.message}`,
      cause,
    });
    for (const job of [...jobs.values()]) job.settle({ error });
  }

  function tell(message: ToDecoder): void {
    worker?.postMessage(message);
  }

  /** One listener a signal, however many images are read under it: Node takes many for a leak. */
  function heed(signal: AbortSignal, id: number): void {
    const known = heeded.get(signal);
    if (known !== undefined) return void known.ids.add(id);
    const ids = new Set([id]);
    const onAbort = () => {
      tell({ cancel: [...ids] });
      for (const id of [...ids]) jobs.get(id)?.settle({ error: signal.reason });
    };
    heeded.set(signal, { ids, onAbort });
    signal.addEventListener("abort", onAbort);
  }

  function forget(signal: AbortSignal, id: number): void {
    const known = heeded.get(signal);
    known?.ids.delete(id);
    if (known === undefined || known.ids.size > 0) return;
    heeded.delete(signal);
    signal.removeEventListener("abort", known.onAbort);
  }

  return {
    decode(path, signal) {
      return new Promise<RawImage>((resolve, reject) => {
        if (closed) return reject(wasClosed(who));
        if (signal?.aborted) return reject(signal.reason);
        const id = nextId++;
        jobs.set(id, {
          id,
          path,
          settle(result) {
            jobs.delete(id);
            if (signal !== undefined) forget(signal, id);
            if (jobs.size === 0) worker?.unref();
            if ("image" in result) resolve(result.image);
            else reject(result.error);
          },
        });
        if (signal !== undefined) heed(signal, id);
        worker ??= start();
        worker.ref();
        tell({ id, path });
      });
    },
    async close() {
      closed = true;
      const ended = worker;
      tell({ cancel: [...jobs.keys()] });
      tell("close");
      worker = undefined;
      for (const job of [...jobs.values()]) job.settle({ error: wasClosed(who) });
      if (ended === undefined) return;
      // It ends once what it decodes is done: a thread that is torn down under native code may take the program with it.
      ended.ref();
      await new Promise((resolve) => ended.once("exit", resolve));
    },
  };
}

function wasClosed(who: string): ContrastiveError {
  return new ContrastiveError({ who, what: "it was closed while images were read", fix: "Open it again" });
}
