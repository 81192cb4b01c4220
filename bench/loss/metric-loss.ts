// One metric loss and its gradient, with respect to random embeddings of unit length and to its own weights.
// Prints a line of JSON; `compare-metric-losses.ts` runs it beside its peer.
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { wasm } from "@contrastive/backend-wasm";
import { createRng, type Loss } from "@contrastive/core";
import { valueAuxAndGrads } from "@contrastive/ops";
import { cases } from "./metric-loss-cases.js";

const { values: flags } = parseArgs({
  options: {
    case: { type: "string", default: "triplet, semi-hard" },
    rows: { type: "string", default: "1024" },
    dim: { type: "string", default: "128" },
    classes: { type: "string", default: "32" },
    views: { type: "string", default: "1" },
    repeats: { type: "string", default: "20" },
    backend: { type: "string", default: "{}" },
    profile: { type: "boolean", default: false },
  },
});
const [rows, dim, classes, views, repeats] = [
  flags.rows,
  flags.dim,
  flags.classes,
  flags.views,
  flags.repeats,
].map(Number);
const samples = rows / views;

const { device } = await wasm(JSON.parse(flags.backend)).init();
const loss = cases[flags.case].make();
const spaces = loss.needs.on;
const dims = Object.fromEntries(spaces.map((space) => [space, dim]));
const { weights = {}, buffers = {} } = loss.init?.(createRng(1), dims, classes) ?? {};
const labels = tf.tensor1d(
  Array.from({ length: samples }, (_, i) => i % classes),
  "int32",
);
const embeddings = directions("embeddings");
const targets = loss.needs.targets ? directions("targets") : undefined;

const milliseconds: number[] = [];
const start = performance.now();
while (milliseconds.length < repeats) {
  const begin = performance.now();
  const { value, grads } = valueAndGradients(loss);
  await value.data();
  milliseconds.push(performance.now() - begin);
  tf.dispose([value, grads]);
  // Some peers take seconds; two repetitions are enough then.
  if (performance.now() - start > 10_000 && milliseconds.length >= 2) break;
}
if (flags.profile) await printProfile();
console.log(
  JSON.stringify({
    who: `tfjs ${tf.version_core}, ${device}`,
    best: Math.min(...milliseconds),
    milliseconds: milliseconds.map(Math.round),
  }),
);
process.exit(0);

function valueAndGradients(loss: Loss) {
  const { value, grads } = valueAuxAndGrads(
    ({ embeddings, ...weights }) => ({
      value: loss.compute({
        embeddings: inSpaces(embeddings as tf.Tensor3D),
        ...(targets && { targets: inSpaces(targets) }),
        labels,
        weights,
        buffers,
        step: 0,
        stepsPerEpoch: 1,
        totalSteps: 1,
      }).loss,
    }),
    { embeddings, ...weights },
  );
  return { value, grads };
}

function inSpaces(x: tf.Tensor3D) {
  return Object.fromEntries(spaces.map((space) => [space, x]));
}

function directions(name: string): tf.Tensor3D {
  const rng = createRng(1).fork(name);
  const values = Float32Array.from({ length: rows * dim }, () => rng.normal());
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * dim, (row + 1) * dim);
    const length = Math.hypot(...own);
    own.forEach((value, i) => (own[i] = value / length));
  }
  return tf.tensor3d(values, [samples, views, dim]);
}

/** The time of each kernel, by name: the best of several repetitions. */
async function printProfile(): Promise<void> {
  const best = new Map<string, number>();
  for (let i = 0; i < repeats; i++) {
    for (const [name, time] of await kernelTimes())
      best.set(name, Math.min(best.get(name) ?? Infinity, time));
  }
  for (const [name, time] of [...best].toSorted((a, b) => b[1] - a[1])) {
    console.error(`${time.toFixed(2).padStart(8)} ms  ${name}`);
  }
}

async function kernelTimes(): Promise<Map<string, number>> {
  const { kernels } = await tf.profile(() => {
    const { value, grads } = valueAndGradients(loss);
    tf.dispose([value, grads]);
    return [];
  });
  const times = new Map<string, number>();
  for (const { name, kernelTimeMs } of kernels) {
    const time = await kernelTimeMs;
    times.set(name, (times.get(name) ?? 0) + (typeof time === "number" ? time : 0));
  }
  return times;
}
