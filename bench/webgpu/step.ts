// Training steps on WebGPU, on this library's kernels or on stock ones. Prints a line of JSON; `compare.ts` makes a table of them.
import { parseArgs } from "node:util";
import type { Precision } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs";
import type { encoders } from "../step/encoders.js";
import { adapterText, device, ours, start, stock } from "./backends.js";
import { median } from "./numbers.js";
import { timePasses } from "./pass-times.js";
import { settle } from "./settle.js";
import { timeSteps, training, trainStep } from "./training.js";

const { values: flags } = parseArgs({
  options: {
    /** `ours` or `stock`. */
    backend: { type: "string", default: "ours" },
    /** Of this library: `float32`, or `mixed`, in which activations are stored in 16 bits. */
    precision: { type: "string", default: "float32" },
    encoder: { type: "string", default: "resnet18" },
    images: { type: "string", default: "512" },
    size: { type: "string", default: "32" },
    steps: { type: "string", default: "20" },
    /** The most seconds to train before measuring, so that tiles are tuned. */
    settle: { type: "string", default: "300" },
  },
});
const images = Number(flags.images);
const isOurs = flags.backend !== "stock";

const precision = flags.precision as Precision;
await start(isOurs ? ours() : stock(), precision);
const step = training({
  encoder: flags.encoder as keyof typeof encoders,
  images,
  size: Number(flags.size),
  precision,
});
// The first compiles, the second is recorded, and others follow until nothing changes any more.
const begin = performance.now();
const firstLoss = await trainStep(step);
const firstMs = performance.now() - begin;
for (let i = 0; i < 3; i++) await trainStep(step);
if (isOurs) await settle(() => trainStep(step), Number(flags.settle));
const { milliseconds, losses } = await timeSteps(step, Number(flags.steps));

// Behind the others, which it would slow down.
const read = timePasses(device());
const gpu: number[] = [];
for (let i = 0; read !== undefined && i < Math.min(3, milliseconds.length); i++) {
  await trainStep(step);
  gpu.push((await read()).reduce((sum, pass) => sum + pass.milliseconds, 0));
}
console.log(
  JSON.stringify({
    who: isOurs ? `this library, ${flags.precision}` : `tfjs-backend-webgpu ${tf.version_core}, stock`,
    device: await adapterText(),
    milliseconds,
    images,
    firstMs,
    ...(gpu.length > 0 && { gpuMs: median(gpu) }),
    loss: [firstLoss, losses.at(-1)],
  }),
);
process.exit(0);
