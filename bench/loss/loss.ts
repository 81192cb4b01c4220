// SupCon's loss and gradient alone, of random embeddings: two views of each sample, ten classes.
// Prints a line of JSON; `compare-losses.ts` runs it beside its peers. Linux only, for the peak of memory.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { wasm } from "@contrastive/backend-wasm";
import { createRng } from "@contrastive/core";
import { supCon } from "@contrastive/loss-supcon";

const { values: flags } = parseArgs({
  options: {
    rows: { type: "string", default: "8192" },
    dim: { type: "string", default: "128" },
    repeats: { type: "string", default: "3" },
    backend: { type: "string", default: "{}" },
  },
});
const [rows, dim, repeats] = [flags.rows, flags.dim, flags.repeats].map(Number);
const samples = rows / 2;

const { device } = await wasm(JSON.parse(flags.backend)).init();
const rng = createRng(1).fork("embeddings");
const values = Float32Array.from({ length: rows * dim }, () => rng.normal());
for (let row = 0; row < rows; row++) {
  const own = values.subarray(row * dim, (row + 1) * dim);
  const length = Math.hypot(...own);
  own.forEach((value, i) => (own[i] = value / length));
}
const projection = tf.tensor3d(values, [samples, 2, dim]);
const labels = tf.tensor1d(
  Array.from({ length: samples }, (_, i) => i % 10),
  "int32",
);
const { compute } = supCon({ temperature: 0.1 });
const valueAndGradient = tf.valueAndGrad(
  (x: tf.Tensor) =>
    compute({
      embeddings: { projection: x as tf.Tensor3D },
      labels,
      weights: {},
      buffers: {},
      step: 0,
      stepsPerEpoch: 1,
      totalSteps: 1,
    }).loss,
);

// From here on the kernel counts the peak anew.
writeFileSync("/proc/self/clear_refs", "5");
const before = mebibytes("VmRSS");
const milliseconds: number[] = [];
let loss = 0;
for (let i = 0; i < repeats; i++) {
  const start = performance.now();
  const { value, grad } = valueAndGradient(projection);
  [loss] = await value.data();
  milliseconds.push(performance.now() - start);
  tf.dispose([value, grad]);
}
console.log(
  JSON.stringify({
    who: `tfjs ${tf.version_core}, ${device}`,
    rows,
    best: Math.min(...milliseconds),
    milliseconds: milliseconds.map(Math.round),
    loss,
    peakMiB: mebibytes("VmHWM") - before,
  }),
);
process.exit(0);

function mebibytes(name: "VmRSS" | "VmHWM"): number {
  const line = readFileSync("/proc/self/status", "utf8").match(new RegExp(`${name}:\\s+(\\d+) kB`));
  if (line === null) throw new Error(`/proc/self/status has no ${name}: this benchmark runs on Linux`);
  return Number(line[1]) / 1024;
}
