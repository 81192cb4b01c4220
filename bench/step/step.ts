// One SupCon training step (forward, backward, update) of this library, on a batch that is in memory.
// Prints a line of JSON; `compare-steps.ts` runs it beside PyTorch.
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { identity } from "@contrastive/augment";
import { wasm } from "@contrastive/backend-wasm";
import { createRng, defineConfig } from "@contrastive/core";
import { fromArrays } from "@contrastive/data";
import { projectionHead, resnet18, resnet50 } from "@contrastive/encoder-resnet";
import { supCon } from "@contrastive/loss-supcon";
import { sgd } from "@contrastive/optimize";
import { train } from "@contrastive/train";
import { type KernelTime, profileKernels } from "./profile.js";

const { values: flags } = parseArgs({
  options: {
    encoder: { type: "string", default: "resnet18" },
    images: { type: "string", default: "64" },
    steps: { type: "string", default: "8" },
    backend: { type: "string", default: "{}" },
    profile: { type: "boolean", default: false },
  },
});

const encoders = { resnet18: resnet18({ stem: "cifar" }), resnet50: resnet50({ stem: "cifar" }) };
const images = Number(flags.images);
const steps = Number(flags.steps);
const samples = images / 2;
const rng = createRng(1).fork("images");

const config = defineConfig({
  backend: wasm(JSON.parse(flags.backend)),
  data: fromArrays({
    images: Array.from({ length: samples }, () => ({
      data: Uint8Array.from({ length: 32 * 32 * 3 }, () => Math.floor(256 * rng.uniform())),
      height: 32,
      width: 32,
      channels: 3,
    })),
    labels: Array.from({ length: samples }, (_, i) => i % 10),
    classes: Array.from({ length: 10 }, (_, i) => String(i)),
  }),
  views: [identity(), identity()],
  encoder: encoders[flags.encoder as keyof typeof encoders],
  head: projectionHead({ hidden: "input", out: 128 }),
  loss: supCon({ temperature: 0.1 }),
  optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
  normalize: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  epochs: steps,
  batchSize: samples,
});

let readProfile: (() => KernelTime[]) | undefined;
if (flags.profile) {
  await config.backend.init();
  readProfile = profileKernels((kernel, inputs) =>
    /^(_FusedMatMul|BatchMatMul|.*Conv2D.*)$/.test(kernel)
      ? `${kernel} ${Object.values(inputs)
          .map((input) => input?.shape.join("×"))
          .join(", ")}`
      : kernel,
  );
}

const milliseconds: number[] = [];
let device = "";
const run = await train(config, {
  checkpointSeconds: 1e9,
  onEvent(event) {
    if (event.type === "start") device = event.record.backend?.device ?? "";
    // The first step compiles and makes the heap grow.
    if (event.type === "step" && event.row.step === 0) readProfile?.();
    if (event.type === "step") milliseconds.push((1000 * images) / event.row.imagesPerSecond);
  },
});
if (readProfile) {
  const rows = readProfile().map((row) => ({
    kernel: row.kernel,
    "ms a step": Number((row.milliseconds / (steps - 1)).toFixed(2)),
    "calls a step": row.calls / (steps - 1),
  }));
  console.table(rows);
}
const loss = run.history.map((row) => row.loss);
console.log(
  JSON.stringify({
    who: `tfjs ${tf.version_core}, ${device}`,
    milliseconds: milliseconds.map(Math.round),
    best: Math.min(...milliseconds),
    images,
    loss: [loss[0], loss[loss.length - 1]],
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
process.exit(0);
