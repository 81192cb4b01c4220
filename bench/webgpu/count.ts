// What a training step, or SupCon's loss alone, asks of a GPU, and how long the processor takes to say it, on a GPU that runs nothing.
import { parseArgs } from "node:util";
import type { Precision } from "@contrastive/core";
import type { encoders } from "../step/encoders.js";
import { ours, stock } from "./backends.js";
import { lossAlone } from "./loss-alone.js";
import { hollowBuffers, pretendGpu } from "./null-gpu.js";
import { median } from "./numbers.js";
import { report } from "./report.js";
import { countTraffic } from "./traffic.js";
import { training } from "./training.js";

const { values: flags } = parseArgs({
  options: {
    /** Or `stock`. */
    backend: { type: "string", default: "ours" },
    /** Or `none`, for the loss of so many embeddings. */
    encoder: { type: "string", default: "resnet18" },
    images: { type: "string", default: "512" },
    steps: { type: "string", default: "10" },
    shaders: { type: "boolean", default: false },
    time: { type: "boolean", default: false },
    /** `float32` or `mixed`. */
    precision: { type: "string", default: "float32" },
    plain: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const images = Number(flags.images);
const precision = flags.precision as Precision;

await pretendGpu();
hollowBuffers();
const read = flags.time ? () => ({ byShader: new Map() }) as never : countTraffic();
const backend = flags.backend === "stock" ? stock() : ours({ replay: !flags.plain, tune: false });
await backend.init({ precision });
const step =
  flags.encoder === "none"
    ? lossAlone(images)
    : training({ encoder: flags.encoder as keyof typeof encoders, images, size: 32, precision });

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
    title:
      flags.encoder === "none"
        ? `What SupCon's loss and its gradient ask of a GPU: ${images} embeddings`
        : `What a training step asks of a GPU: ${flags.encoder}, ${images} images of 32×32`,
    notes: [`on a GPU that runs nothing; Node ${process.versions.node}`],
    rows: [
      {
        ...(!flags.time && {
          dispatches: traffic.dispatches,
          MB: Math.round(traffic.bytes / 1e6),
          uploads: traffic.uploads,
          "MB uploaded": Number((traffic.uploadedBytes / 1e6).toFixed(3)),
          submits: traffic.submits,
        }),
        kernels: flags.backend,
        precision,
        replayed: flags.plain || flags.backend === "stock" ? "no" : "yes",
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
