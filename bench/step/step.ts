// One SupCon training step (forward, backward, update) of this library, on a batch that is in memory.
// Prints a line of JSON; `compare-steps.ts` runs it beside PyTorch.
import { parseArgs } from "node:util";
import { nodeGpu } from "@contrastive/backend-node-gpu";
import type { WasmOptions } from "@contrastive/backend-wasm";
import type { Backend } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs";
import { composed } from "./composed.js";
import type { encoders } from "./encoders.js";
import { pipeline, timeSteps } from "./pipeline.js";
import { stockNode } from "./stock-node.js";
import { type KernelTime, peakOfProducts, profileKernels } from "./profile.js";

const { values: flags } = parseArgs({
  options: {
    encoder: { type: "string", default: "resnet18" },
    images: { type: "string", default: "64" },
    steps: { type: "string", default: "8" },
    /** Options of backend-wasm, or one of those below. */
    backend: { type: "string", default: "{}" },
    /** Of TensorFlow. */
    threads: { type: "string", default: "2" },
    profile: { type: "boolean", default: false },
  },
});

const images = Number(flags.images);
const steps = Number(flags.steps);
const config = pipeline({
  encoder: flags.encoder as keyof typeof encoders,
  images,
  steps,
  backend: backendOf(flags.backend),
});

let readProfile: (() => KernelTime[]) | undefined;
if (flags.profile) {
  await config.backend.init();
  readProfile = profileKernels();
}

const { device, milliseconds, loss } = await timeSteps(config, () => void readProfile?.());
if (readProfile) {
  const rows = readProfile();
  console.table(
    rows.map(({ kernel, milliseconds, calls, flops }) => ({
      kernel,
      "ms a step": Number((milliseconds / (steps - 1)).toFixed(2)),
      "calls a step": calls / (steps - 1),
      "GFLOP/s": flops === 0 ? "" : Math.round(flops / milliseconds / 1e6),
    })),
  );
  console.log(`a product whose matrices stay in the cache: ${peakOfProducts().toFixed(0)} GFLOP/s`);
}
console.log(
  JSON.stringify({
    who: `tfjs ${tf.version_core}, ${device}`,
    device,
    milliseconds: milliseconds.map(Math.round),
    best: Math.min(...milliseconds),
    images,
    loss: [loss[0], loss.at(-1)],
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
process.exit(0);

function backendOf(name: string): Backend | WasmOptions {
  const onTensorflow = { device: "auto", threads: Number(flags.threads) } as const;
  if (name === "composed") return composed();
  if (name === "node") return nodeGpu(onTensorflow);
  if (name === "stock-node") return stockNode(onTensorflow);
  return JSON.parse(name) as WasmOptions;
}
