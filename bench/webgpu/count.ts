// What a training step asks of a GPU, and how long the processor takes to say it, on a GPU that runs nothing.
import { parseArgs } from "node:util";
import { webgpu } from "@contrastive/backend-webgpu";
import { createRng } from "@contrastive/core";
import { projectionHead } from "@contrastive/encoder-resnet";
import { supCon } from "@contrastive/loss-supcon";
import { createReplayer } from "@contrastive/ops";
import { sgd } from "@contrastive/optimize";
import * as tf from "@tensorflow/tfjs";
// By path: a step is no part of what the package offers.
import { initModel, type Model } from "../../packages/train/src/model.js";
import { disposeReplaced } from "../../packages/train/src/params.js";
import { replayedStep } from "../../packages/train/src/replayed-step.js";
import { encoders } from "../step/pipeline.js";
import { hollowBuffers, pretendGpu } from "./null-gpu.js";
import { countTraffic } from "./traffic.js";

const { values: flags } = parseArgs({
  options: {
    encoder: { type: "string", default: "resnet18" },
    images: { type: "string", default: "512" },
    steps: { type: "string", default: "10" },
    shaders: { type: "boolean", default: false },
    time: { type: "boolean", default: false },
    plain: { type: "boolean", default: false },
  },
});
const images = Number(flags.images);
const batch = images / 2;

await pretendGpu();
hollowBuffers();
const read = flags.time ? () => ({ byShader: new Map() }) as never : countTraffic();
await webgpu({ replay: !flags.plain }).init();
const model: Model = {
  encoder: encoders[flags.encoder as keyof typeof encoders],
  head: projectionHead({ hidden: "input", out: 128 }),
  loss: supCon({ temperature: 0.1 }),
  normalizeRepresentation: true,
};
const optimizer = sgd({ learningRate: 0.05, momentum: 0.9 });
const rng = createRng(1);
let { weights, buffers } = initModel(model, rng, { height: 32, width: 32, channels: 3 }, 10);
let state = optimizer.init(weights);
const labels = Int32Array.from({ length: batch }, (_, i) => i % 10);
// Made on the GPU, as training makes them of bytes.
const pixels = tf.zeros<tf.Rank.R4>([images, 32, 32, 3]);
const replayer = createReplayer();

function step(number: number): tf.Scalar {
  const progress = { step: number, stepsPerEpoch: 100, totalSteps: 100 };
  const classes = tf.tensor1d(labels, "int32");
  const output = replayedStep(replayer, {
    model,
    weights,
    buffers,
    images: [pixels],
    views: [[0, 1]],
    labels: classes,
    batch,
    chunkSize: batch,
    rng: rng.fork("step", number),
    ...progress,
  });
  tf.dispose([classes, output.representation, output.metrics]);
  const moved = optimizer.apply!(output.gradients, state, { ...progress, weights });
  disposeReplaced(buffers, output.buffers);
  ({ weights, state } = moved);
  buffers = output.buffers;
  return output.loss;
}

const milliseconds: number[] = [];
for (let i = 0; i < Number(flags.steps); i++) {
  read();
  const start = performance.now();
  const loss = step(i);
  milliseconds.push(performance.now() - start);
  // Reading the loss submits what is left, as in training.
  await loss.data();
  loss.dispose();
}
const traffic = read();
if (flags.shaders) {
  const rows = [...traffic.byShader].toSorted(([, a], [, b]) => b.bytes - a.bytes);
  console.table(
    rows.map(([shader, { dispatches, bytes }]) => ({
      shader: shader.slice(0, 60),
      dispatches,
      MB: Math.round(bytes / 1e6),
    })),
  );
}
console.table([
  {
    step: `${flags.encoder}, ${images} images`,
    dispatches: traffic.dispatches,
    GB: Number((traffic.bytes / 1e9).toFixed(2)),
    uploads: traffic.uploads,
    "MB uploaded": Number((traffic.uploadedBytes / 1e6).toFixed(3)),
    submits: traffic.submits,
    replayed: !flags.plain,
    "first ms": Math.round(milliseconds[0]),
    "best ms": Number(Math.min(...milliseconds.slice(3)).toFixed(1)),
    "median ms": Number(median(milliseconds.slice(3)).toFixed(1)),
  },
]);
process.exit(0);

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
