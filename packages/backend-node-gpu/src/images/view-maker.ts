import { ContrastiveError, type ViewMaker } from "@contrastive/core";
import {
  compiledImageBatches,
  type ImageBytes,
  type ImageProgramAttributes,
  runImagePrograms,
} from "@contrastive/ops";
import { createCrew } from "./crew.js";
import { packBatch } from "./pack-batch.js";

/** Makes views by the compiled module on that many threads. */
export function createViewMaker(module: WebAssembly.Module, threads: number): ViewMaker {
  const crew = createCrew(module);
  let closed = false;

  async function make(attributes: ImageProgramAttributes, signal?: AbortSignal): Promise<Float32Array> {
    if (closed) throw wasClosed();
    signal?.throwIfAborted();
    const { images, programs, output } = attributes;
    const size = output.height * output.width * output.channels;
    // All is checked before anything is begun.
    const parts = shares(images, threads).map(([begin, end]) => {
      const part = { images: images.slice(begin, end), programs: programs.slice(begin, end) };
      return { begin, ...compiledImageBatches(part) };
    });
    const values = new Float32Array(new SharedArrayBuffer(4 * programs.length * size));
    if (values.length === 0) return values;
    const running = parts.flatMap(({ begin, batches }, thread) =>
      batches.map((batch) => crew.run(thread, packBatch(batch, attributes, begin), values)),
    );
    const done = Promise.all(running);
    // It may fail while this thread is at the rest.
    done.catch(() => {});
    const rest = parts.flatMap(({ begin, rest }) => rest.map((place) => begin + place));
    runImagePrograms(attributes, values, rest);
    try {
      await done;
    } catch (cause) {
      throw closed ? wasClosed() : died(cause);
    }
    signal?.throwIfAborted();
    return values;
  }

  return {
    make,
    async close() {
      closed = true;
      await crew.stop(wasClosed());
    },
  };
}

/** Cuts images in that many runs or fewer, about as long as each other; views of one image stay together. */
function shares(images: readonly ImageBytes[], parts: number): readonly (readonly [number, number])[] {
  const ends: number[] = [];
  for (let part = 1; part <= parts; part++) {
    let end = Math.round((part * images.length) / parts);
    while (end < images.length && images[end] === images[end - 1]) end++;
    ends.push(end);
  }
  return ends
    .map((end, i): readonly [number, number] => [i === 0 ? 0 : ends[i - 1], end])
    .filter(([begin, end]) => begin < end);
}

function wasClosed(): ContrastiveError {
  return new ContrastiveError({
    who: 'backend "node-gpu"',
    what: "the threads that make views were closed",
    fix: "Open them again, by openViewMaker()",
  });
}

function died(cause: unknown): ContrastiveError {
  return new ContrastiveError({
    who: 'backend "node-gpu"',
    what: `a thread that makes views died: ${cause instanceof Error ? cause.message : String(cause)}`,
    fix: "Resume the run; with viewThreads: 0, views are made in the step, without threads",
    cause,
  });
}
