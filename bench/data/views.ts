// SupContrast's recipe on images of CIFAR's size, from bytes to normalised floats, beside torchvision, in one thread:
//
//     npm run views -- --python PATH
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { simAugment } from "@contrastive/augment";
import { wasm } from "@contrastive/backend-wasm";
import { createRng } from "@contrastive/core";
import { createLoader, fromArrays, sequential } from "@contrastive/data";
import { applyImagePrograms, imageProgramReference } from "@contrastive/ops";

const { values: flags } = parseArgs({
  options: {
    samples: { type: "string", default: "4096" },
    batch: { type: "string", default: "256" },
    rounds: { type: "string", default: "5" },
    python: { type: "string", default: "python3" },
  },
});
const [samples, batchSize, rounds] = [flags.samples, flags.batch, flags.rounds].map(Number);
const shape = { height: 32, width: 32, channels: 3 };
const normalize = { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] };

await wasm({ threads: 1 }).init();
const rng = createRng(1);
const images = Array.from({ length: samples }, () => ({
  ...shape,
  data: Uint8Array.from({ length: 3072 }, () => rng.below(256)),
}));
const dataset = await fromArrays({ images }).open("train");
const loader = createLoader({
  dataset,
  views: [simAugment(), simAugment()],
  sampler: sequential().open(dataset, 1, batchSize),
  batchSize,
  seed: 1,
});

interface Measured {
  readonly who: string;
  readonly imagesPerSecond: number;
}
/** Milliseconds an image. */
interface Times {
  readonly drawn: number;
  readonly compiled: number;
  readonly reference: number;
}

const ours: Times[] = [];
const peers = { pil: [] as Measured[], v2: [] as Measured[] };
// The first round compiles.
await makeViews(0);
const difference = await largestDifference();
for (let round = 1; round <= rounds; round++) {
  ours.push(await makeViews(round));
  for (const kind of ["pil", "v2"] as const) peers[kind].push(makeByTorchvision(kind));
}
await dataset.close();

async function makeViews(epoch: number): Promise<Times> {
  const times = { drawn: 0, compiled: 0, reference: 0 };
  const each = 1 / (2 * loader.stepsPerEpoch * batchSize);
  let start = performance.now();
  for await (const { groups } of loader.epoch(epoch)) {
    for (const { images, programs, shape } of groups) {
      const between = performance.now();
      applyImagePrograms(images, programs, { normalize }).dispose();
      const end = performance.now();
      times.drawn += each * (between - start);
      times.compiled += each * (end - between);
      imageProgramReference({ images, programs, output: shape, normalize }).dispose();
      start = performance.now();
      times.reference += each * (start - end);
    }
  }
  return times;
}

/** Between what the kernel and what JavaScript makes of an epoch, before it is normalised. */
async function largestDifference(): Promise<number> {
  let largest = 0;
  for await (const { groups } of loader.epoch(0)) {
    for (const { images, programs, shape } of groups) {
      const both = [
        applyImagePrograms(images, programs),
        imageProgramReference({ images, programs, output: shape }),
      ];
      const [actual, expected] = await Promise.all(both.map((batch) => batch.data<"float32">()));
      for (let i = 0; i < actual.length; i++) {
        // Unless it is smaller, so that NaN is the largest.
        const one = Math.abs(actual[i] - expected[i]);
        if (!(one <= largest)) largest = one;
      }
      for (const batch of both) batch.dispose();
    }
  }
  return largest;
}

function makeByTorchvision(kind: string): Measured {
  const script = fileURLToPath(new URL("../peers/views.py", import.meta.url));
  const output = execFileSync(flags.python, [script, "--kind", kind, "--samples", flags.samples], {
    encoding: "utf8",
    env: { ...process.env, OMP_NUM_THREADS: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(output.trim().split("\n").at(-1)!) as Measured;
}

const rows = [
  {
    who: "this library, loaded, drawn and computed",
    imagesPerSecond: 1000 / Math.min(...ours.map(({ drawn, compiled }) => drawn + compiled)),
  },
  ...Object.values(peers).map((runs) => ({
    who: runs[0].who,
    imagesPerSecond: Math.max(...runs.map(({ imagesPerSecond }) => imagesPerSecond)),
  })),
];
const best = Math.max(...rows.slice(1).map(({ imagesPerSecond }) => imagesPerSecond));
console.log(
  `SupContrast's recipe on ${2 * samples} images of 32×32, best of ${rounds} rounds in turn, one thread; Node ${process.versions.node}`,
);
console.table(
  rows.map(({ who, imagesPerSecond }) => ({
    who,
    "images/s": Math.round(imagesPerSecond),
    "beside the fastest peer": (imagesPerSecond / best).toFixed(1),
  })),
);
console.table([
  {
    "draw, µs an image": least("drawn"),
    "compute, µs": least("compiled"),
    "compute in JavaScript, µs": least("reference"),
    "largest difference from that": difference.toExponential(1),
  },
]);

function least(part: keyof Times): number {
  return Number((1000 * Math.min(...ours.map((times) => times[part]))).toFixed(2));
}
