// How long the processor takes over the augmented images of a step: to send bytes and programs to a GPU that runs nothing, beside
// computing them itself.
import { parseArgs } from "node:util";
import { simAugment } from "@contrastive/augment";
import { webgpu } from "@contrastive/backend-webgpu";
import { applyImagePrograms, type ImageBytes, imageProgramReference } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs";
import { pretendGpu } from "./null-gpu.js";

const { values: flags } = parseArgs({
  options: {
    images: { type: "string", default: "512" },
    views: { type: "string", default: "2" },
    rounds: { type: "string", default: "30" },
  },
});
const [images, views] = [Number(flags.images), Number(flags.views)];

await pretendGpu();
await webgpu({ tune: false }).init();
const output = { height: 32, width: 32, channels: 3 };
const normalize = { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] };
const augmentation = simAugment();

/** Samples of other bytes and other draws each round; the views of one are the same object. */
function batchOf(epoch: number) {
  const samples = Array.from({ length: images / views }, (_, index): ImageBytes => ({
    ...output,
    data: Uint8Array.from({ length: 3072 }, (_, i) => (i * 7 + index * 31 + epoch) % 256),
  }));
  const sources = samples.flatMap((image) => Array<ImageBytes>(views).fill(image));
  const start = performance.now();
  const programs = sources.map((image, i) =>
    augmentation.sample({ seed: 1, epoch, index: Math.floor(i / views), view: i % views }, image),
  );
  return { sources, programs, drawn: performance.now() - start };
}

const times = { draw: [] as number[], send: [] as number[], compute: [] as number[] };
for (let round = 0; round < Number(flags.rounds); round++) {
  const { sources, programs, drawn } = batchOf(round);
  times.draw.push(drawn);
  const start = performance.now();
  const sent = applyImagePrograms(sources, programs, { normalize });
  const between = performance.now();
  const computed = imageProgramReference({ images: sources, programs, output, normalize });
  // Uploads it.
  const used = tf.neg(computed);
  times.send.push(between - start);
  times.compute.push(performance.now() - between);
  await used.data();
  tf.dispose([sent, computed, used]);
}

console.table([
  {
    images: `${images} of 32×32, ${views} of each sample`,
    "draw programs, ms": median(times.draw),
    "pack and send, ms": median(times.send),
    "compute and upload, ms": median(times.compute),
  },
]);
process.exit(0);

function median(values: readonly number[]): number {
  // The first rounds compile.
  const sorted = values.slice(5).toSorted((a, b) => a - b);
  return Number(sorted[Math.floor(sorted.length / 2)].toFixed(2));
}
