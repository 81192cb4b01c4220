// Training steps on WebGPU, on this library's kernels or on stock ones. Prints a line of JSON; `compare.ts` makes a table of them.
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import type { encoders } from "../step/encoders.js";
import { adapterText, device, ours, stock } from "./backends.js";
import { timePasses } from "./pass-times.js";
import { settle } from "./settle.js";
import { median, timeSteps, training } from "./training.js";

const { values: flags } = parseArgs({
  options: {
    backend: { type: "string", default: "ours" },
    encoder: { type: "string", default: "resnet18" },
    images: { type: "string", default: "512" },
    size: { type: "string", default: "32" },
    steps: { type: "string", default: "20" },
    /** The most seconds to train before measuring, so that tiles are tuned. */
    settle: { type: "string", default: "120" },
  },
});
const images = Number(flags.images);

const { device: name } = await (flags.backend === "stock" ? stock() : ours()).init();
const step = training({
  encoder: flags.encoder as keyof typeof encoders,
  images,
  size: Number(flags.size),
});
const first = await timeSteps(step, 2);
await settle(step, flags.backend === "stock" ? 0 : Number(flags.settle));
const { milliseconds, losses } = await timeSteps(step, Number(flags.steps));

// Behind the others, which it would slow down.
const read = timePasses(device());
const gpu: number[] = [];
for (let i = 0; read !== undefined && i < Math.min(3, milliseconds.length); i++) {
  await timeSteps(step, 1);
  gpu.push((await read()).reduce((sum, pass) => sum + pass.milliseconds, 0));
}
console.log(
  JSON.stringify({
    who: flags.backend === "stock" ? `tfjs-backend-webgpu ${tf.version_core}, stock` : "this library",
    device: `${name} (${await adapterText()})`,
    milliseconds,
    images,
    firstMs: first.milliseconds[0],
    ...(gpu.length > 0 && { gpuMs: median(gpu) }),
    loss: [first.losses[0], losses.at(-1)],
  }),
);
process.exit(0);
