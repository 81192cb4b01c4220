// A training step on WebGPU beside tfjs's own kernels and beside PyTorch, in turn, each in a process of its own. A table; see
// ../README.md.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median, rounded } from "./numbers.js";
import { report } from "./report.js";
import { type Failed, run, script } from "./run-script.js";

const { values: flags } = parseArgs({
  options: {
    encoder: { type: "string", default: "resnet18" },
    images: { type: "string", default: "512" },
    size: { type: "string", default: "32" },
    steps: { type: "string", default: "20" },
    rounds: { type: "string", default: "3" },
    settle: { type: "string", default: "300" },
    /** This library's: float32, or mixed, in which activations are stored in 16 bits. */
    ours: { type: "string", default: "float32,mixed" },
    python: { type: "string", default: "python3" },
    /** Where PyTorch computes. */
    device: { type: "string", default: "cuda" },
    /** PyTorch's: fp32, tf32 (products of matrices in 19 bits), amp (most of it in 16). */
    precisions: { type: "string", default: "fp32,tf32,amp" },
    json: { type: "string" },
  },
});

interface Measured {
  readonly who: string;
  readonly device: string;
  readonly milliseconds: readonly number[];
  readonly images: number;
  /** By the GPU's clock. */
  readonly gpuMs?: number;
  readonly firstMs?: number;
}

const { encoder, images, size, steps, device } = flags;
const common = ["--encoder", encoder, "--images", images, "--size", size, "--steps", steps];
const peer = fileURLToPath(new URL("../peers/step.py", import.meta.url));
const node = (backend: string, precision: string) => () =>
  run<Measured>(process.execPath, [
    ...script("step"),
    ...common,
    "--backend",
    backend,
    "--precision",
    precision,
    "--settle",
    flags.settle,
  ]);
const torch = (precision: string) => () =>
  run<Measured>(flags.python, [peer, ...common, "--device", device, "--precision", precision]);
const contenders: { name: string; measure: () => Measured | Failed; runs: Measured[]; failed?: string }[] = [
  ...flags.ours
    .split(",")
    .map((precision) => ({ name: `this library, ${precision}`, measure: node("ours", precision), runs: [] })),
  { name: "tfjs's own kernels", measure: node("stock", "float32"), runs: [] },
  ...flags.precisions
    .split(",")
    .map((precision) => ({ name: `PyTorch, ${precision}`, measure: torch(precision), runs: [] })),
];

for (let round = 0; round < Number(flags.rounds); round++) {
  for (const contender of contenders) {
    if (contender.failed !== undefined) continue;
    const measured = contender.measure();
    if ("failed" in measured) contender.failed = measured.failed;
    else contender.runs.push(measured);
  }
}

const times = contenders.map(({ runs }) => runs.flatMap(({ milliseconds }) => milliseconds));
report(
  {
    title: `A training step: ${encoder}, ${images} images of ${size}×${size}`,
    notes: [
      `SupCon, forward + backward + update; rounds in turn: ${flags.rounds}, steps in each: ${steps}; Node ${process.versions.node}`,
      ...contenders.flatMap(({ name, runs }) => runs.slice(0, 1).map((run) => `${name}: ${run.device}`)),
      ...contenders.flatMap(({ name, failed }) => (failed === undefined ? [] : `${name} failed: ${failed}`)),
    ],
    rows: contenders.flatMap(({ runs }, i) =>
      runs.length === 0
        ? []
        : {
            who: runs[0].who,
            n: times[i].length,
            "median ms": rounded(median(times[i])),
            "best ms": rounded(Math.min(...times[i])),
            "first ms": middle(runs.flatMap(({ firstMs }) => firstMs ?? [])),
            "GPU ms": middle(runs.flatMap(({ gpuMs }) => gpuMs ?? [])),
            "images/s": Math.round((1000 * Number(images)) / median(times[i])),
            // How many times as fast the first one is.
            "its time by ours": times[0].length === 0 ? "" : rounded(median(times[i]) / median(times[0])),
          },
    ),
    details: contenders.map(({ name, runs, failed }) => ({ name, runs, failed })),
  },
  flags.json,
);
if (times[0].length === 0) process.exitCode = 1;

function middle(values: readonly number[]): number | "" {
  return values.length === 0 ? "" : rounded(median(values));
}
