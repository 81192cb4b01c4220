import { Worker } from "node:worker_threads";
import { ContrastiveError, type RawImage } from "@contrastive/core";
import type { Decoder } from "./decoder.js";
import { type ImageInput, nameOf } from "./image-input.js";
import { UnreadableImage } from "./open-images.js";
import type { Decoding } from "./options.js";

/** In the order of `id`; those cancelled are left out unless they are under way. */
export type ToDecoder =
  | { readonly id: number; readonly input: ImageInput; readonly decoding: Required<Decoding> }
  | { readonly cancel: readonly number[] }
  | "close";

export type DecodeAnswer =
  | { readonly id: number; readonly image: RawImage }
  | { readonly id: number; readonly why: string };

interface Job {
  readonly who: string;
  readonly name: string;
  settle(result: { readonly image: RawImage } | { readonly error: unknown }): void;
}

const jobs = new Map<number, Job>();
let worker: Worker | undefined;
let nextId = 0;
let open = 0;
let ending: NodeJS.Timeout | undefined;

/** Starting the thread takes longer than many images: it waits so long for another dataset. */
const lingerMilliseconds = 5000;

/**
 * Decodes images on a thread that all decoders of a program share, in the order in which they are asked for.
 *
 * All that is asked for waits there, not here: so it goes on while the program's thread computes. How far it may be ahead is up to
 * who asks. The thread is started by the first image, keeps no program from ending, and ends itself some time after the last
 * decoder is closed. If it dies, what was asked for fails, and the next image starts another.
 */
export function createDecoder({ who, ...decoding }: Required<Decoding> & { readonly who: string }): Decoder {
  const own = new Set<number>();
  const heeded = new Map<AbortSignal, { readonly ids: Set<number>; readonly onAbort: () => void }>();
  let closed = false;
  open++;
  clearTimeout(ending);

  /** One listener a signal, however many images are read under it: Node takes many for a leak. */
  function heed(signal: AbortSignal, id: number): void {
    const known = heeded.get(signal);
    if (known !== undefined) return void known.ids.add(id);
    const ids = new Set([id]);
    const onAbort = () => cancel(ids, signal.reason);
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
    decode(input, signal) {
      return new Promise<RawImage>((resolve, reject) => {
        if (closed) return reject(wasClosed(who));
        if (signal?.aborted) return reject(signal.reason);
        const id = nextId++;
        own.add(id);
        jobs.set(id, {
          who,
          name: nameOf(input),
          settle(result) {
            jobs.delete(id);
            own.delete(id);
            if (signal !== undefined) forget(signal, id);
            if (jobs.size === 0) worker?.unref();
            if ("image" in result) resolve(result.image);
            else reject(result.error);
          },
        });
        if (signal !== undefined) heed(signal, id);
        worker ??= start();
        worker.ref();
        tell({ id, input: alone(input), decoding });
      });
    },
    close() {
      if (closed) return;
      closed = true;
      cancel(own, wasClosed(who));
      if (--open === 0) ending = setTimeout(end, lingerMilliseconds).unref();
    },
  };
}

/** A part of a buffer would take the whole of it to the thread. */
function alone(input: ImageInput): ImageInput {
  if (typeof input === "string" || !("bytes" in input)) return input;
  const { name, bytes } = input;
  return bytes.length === bytes.buffer.byteLength ? input : { name, bytes: bytes.slice() };
}

function start(): Worker {
  // Without the program's own switches, some of which refuse workers or load what is of no use there.
  const started = new Worker(new URL("../dist/decode-worker.node.js", import.meta.url), { execArgv: [] });
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
  const failed = [...jobs.values()];
  for (const { who, settle } of failed) {
    const what = `the thread that decodes images died at ${failed[0].name} or soon after: ${cause.message}`;
    settle({ error: new ContrastiveError({ who, what, cause }) });
  }
}

/** It ends once what it decodes is done: a thread that is torn down under native code may take the program with it. */
function end(): void {
  tell("close");
  worker = undefined;
}

function cancel(ids: ReadonlySet<number>, reason: unknown): void {
  const cancelled = [...ids];
  tell({ cancel: cancelled });
  for (const id of cancelled) jobs.get(id)?.settle({ error: reason });
}

function tell(message: ToDecoder): void {
  worker?.postMessage(message);
}

function wasClosed(who: string): ContrastiveError {
  return new ContrastiveError({ who, what: "it was closed while images were read", fix: "Open it again" });
}
