// What a training step asks of a GPU, and how long the processor takes to say it, on a GPU that runs nothing.
import { parseArgs } from "node:util";
import { webgpu } from "@contrastive/backend-webgpu";
import type { encoders } from "../step/encoders.js";
import { hollowBuffers, pretendGpu } from "./null-gpu.js";
import { median } from "./numbers.js";
import { report } from "./report.js";
import { countTraffic } from "./traffic.js";
import { training } from "./training.js";

const { values: flags } = parseArgs({
  options: {
    encoder: { type: "string", default: "resnet18" },
    images: { type: "string", default: "512" },
    steps: { type: "string", default: "10" },
    shaders: { type: "boolean", default: false },
    time: { type: "boolean", default: false },
    plain: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const images = Number(flags.images);

await pretendGpu();
hollowBuffers();
const read = flags.time ? () => ({ byShader: new Map() }) as never : countTraffic();
await webgpu({ replay: !flags.plain, tune: false }).init();
const step = training({ encoder: flags.encoder as keyof typeof encoders, images, size: 32 });

const milliseconds: number[] = [];
for (let i = 0; i < Number(flags.steps); i++) {
  read();
  const start = performance.now();
  const loss = step();
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
report(
  {
    title: `What a training step asks of a GPU: ${flags.encoder}, ${images} images of 32×32`,
    notes: [`on a GPU that runs nothing; Node ${process.versions.node}`],
    rows: [
      {
        ...(!flags.time && {
          dispatches: traffic.dispatches,
          GB: Number((traffic.bytes / 1e9).toFixed(2)),
          uploads: traffic.uploads,
          "MB uploaded": Number((traffic.uploadedBytes / 1e6).toFixed(3)),
          submits: traffic.submits,
        }),
        replayed: flags.plain ? "no" : "yes",
        "first ms": Math.round(milliseconds[0]),
        "best ms": Number(Math.min(...milliseconds.slice(3)).toFixed(1)),
        "median ms": Number(median(milliseconds.slice(3)).toFixed(1)),
      },
    ],
    details: { milliseconds },
  },
  flags.json,
);
process.exit(0);
