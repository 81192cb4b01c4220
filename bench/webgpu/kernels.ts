// Each kernel of a training step beside what the device could do at best: the time that a copy of as many bytes takes, or as many
// operations in registers, whichever is longer. Both are measured first.
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs";
import type { encoders } from "../step/encoders.js";
import { describe, flopsOf, type Shapes } from "../step/profile.js";
import { adapterText, device, ours, start } from "./backends.js";
import { measureFloors } from "./floors.js";
import { median, rounded } from "./numbers.js";
import { type Pass, timePasses } from "./pass-times.js";
import { report } from "./report.js";
import { settle } from "./settle.js";
import { training, trainStep } from "./training.js";

/** What part of the time a kernel takes at least to be in the table. */
const LEAST = 0.002;

const { values: flags } = parseArgs({
  options: {
    encoder: { type: "string", default: "resnet18" },
    images: { type: "string", default: "512" },
    size: { type: "string", default: "32" },
    steps: { type: "string", default: "5" },
    settle: { type: "string", default: "300" },
    /** MiB of a buffer whose copy gives the bandwidth. */
    copy: { type: "string", default: "256" },
    /** Rows of square matrices whose products give the arithmetic. */
    squares: { type: "string", default: "1024,2048,4096" },
    /** GFLOP of multiplying and adding in registers, which gives the arithmetic. */
    fma: { type: "string", default: "100" },
    json: { type: "string" },
  },
});

// Kernels are told apart as they are called, which those of a recorded step are not.
await start(ours({ replay: false }));
const calls = new Map<string, { calls: number; flops: number }>();
let kernel = "";
nameKernels();
const read = timePasses(device(), () => kernel);
if (read === undefined) {
  console.error(
    `Error: ${await adapterText()} has no clock that programs may read: no time of a kernel is known`,
  );
  process.exit(1);
}

// One dispatch a pass, which is what can be timed.
const dispatches = tf.env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE");
const floors = await measureFloors(device(), read, {
  copyMiB: Number(flags.copy),
  squares: flags.squares.split(",").map(Number),
  gflop: Number(flags.fma),
  seconds: Number(flags.settle),
});
const step = training({
  encoder: flags.encoder as keyof typeof encoders,
  images: Number(flags.images),
  size: Number(flags.size),
});
await trainStep(step);
await settle(() => trainStep(step), Number(flags.settle));
tf.env().set("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", 1);
await trainStep(step);
const steps: (readonly Pass[])[] = [];
for (let i = 0; i < Number(flags.steps); i++) {
  await read();
  calls.clear();
  await trainStep(step);
  steps.push(await read());
}
tf.env().set("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", dispatches);

const rows = [...new Set(steps[0].map(({ name }) => name))].map((name) => {
  const passes = steps[0].filter((pass) => pass.name === name);
  const { calls: count = 0, flops = 0 } = calls.get(name) ?? {};
  const milliseconds = median(steps.map((measured) => total(measured.filter((pass) => pass.name === name))));
  const bytes = passes.reduce((sum, pass) => sum + pass.bytes, 0);
  const [memory, arithmetic] = [bytes / floors.bandwidth, flops / floors.arithmetic];
  return { name, count, dispatches: passes.length, milliseconds, bytes, flops, memory, arithmetic };
});
const all = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
const floor = rows.reduce((sum, row) => sum + Math.max(row.memory, row.arithmetic), 0);
report(
  {
    title: `Kernels of a training step: ${flags.encoder}, ${flags.images} images of ${flags.size}×${flags.size}`,
    notes: [
      `${await adapterText()}; tfjs ${tf.version_core}; Node ${process.versions.node}; median of ${flags.steps} steps`,
      `a copy of ${flags.copy} MiB: ${rounded(floors.bandwidth / 1e6)} GB/s; ` +
        `multiplying and adding in registers: ${rounded(floors.arithmetic / 1e6)} GFLOP/s; ` +
        `a product of ${floors.rows} × ${floors.rows}: ${rounded(floors.product / 1e6)} GFLOP/s`,
      `all kernels: ${rounded(all)} ms; their floors: ${rounded(floor)} ms; here those that take at least ${100 * LEAST} %`,
    ],
    rows: rows
      .filter(({ milliseconds }) => milliseconds >= LEAST * all)
      .toSorted((a, b) => b.milliseconds - a.milliseconds)
      .map((row) => ({
        kernel: row.name,
        calls: row.count,
        dispatches: row.dispatches,
        ms: rounded(row.milliseconds),
        share: `${((100 * row.milliseconds) / all).toFixed(1)} %`,
        "floor ms": rounded(Math.max(row.memory, row.arithmetic)),
        "bound by": row.arithmetic > row.memory ? "arithmetic" : "memory",
        "times the floor": rounded(row.milliseconds / Math.max(row.memory, row.arithmetic)),
      })),
    details: { floors, rows },
  },
  flags.json,
);
process.exit(0);

/** Says which kernel and shapes a dispatch belongs to, and counts its calls. */
function nameKernels(): void {
  for (const config of tf.getKernelsForBackend("webgpu")) {
    const { kernelName, backendName, kernelFunc } = config;
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({
      ...config,
      kernelFunc(call) {
        // A kernel made of others counts as a whole.
        if (kernel !== "") return kernelFunc(call);
        const inputs = Object.entries(call.inputs).flatMap(([name, input]) =>
          input === undefined ? [] : [[name, input.shape] as const],
        );
        const shapes: Shapes = Object.fromEntries(inputs);
        const flops = flopsOf(kernelName, shapes, call.attrs ?? {});
        // Of those with many inputs, such as a step of an optimizer, shapes say little.
        kernel = inputs.length > 8 ? kernelName : `${kernelName} ${describe(shapes)}`;
        const before = calls.get(kernel) ?? { calls: 0, flops: 0 };
        calls.set(kernel, { calls: before.calls + 1, flops: before.flops + flops });
        try {
          return kernelFunc(call);
        } finally {
          kernel = "";
        }
      },
    });
  }
}

function total(passes: readonly Pass[]): number {
  return passes.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}
