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
const drawn: number[] = [];
const compiled: number[] = [];
const reference: number[] = [];
const whole: number[] = [];
// The first round compiles.
for (let round = 0; round <= rounds; round++) {
  const times = { drawn: 0, compiled: 0, reference: 0 };
  let start = performance.now();
  for await (const { groups } of loader.epoch(round)) {
    for (const { images, programs, shape } of groups) {
      const between = performance.now();
      applyImagePrograms(images, programs, { normalize }).dispose();
      const end = performance.now();
      times.drawn += between - start;
      times.compiled += end - between;
      imageProgramReference({ images, programs, output: shape, normalize }).dispose();
      start = performance.now();
      times.reference += start - end;
    }
  }
  if (round === 0) continue;
  const views = 2 * loader.stepsPerEpoch * batchSize;
  drawn.push(times.drawn / views);
  compiled.push(times.compiled / views);
  reference.push(times.reference / views);
  whole.push((times.drawn + times.compiled) / views);
}
await dataset.close();

const peers = ["pil", "v2"].map((kind): Measured => {
  const script = fileURLToPath(new URL("../peers/views.py", import.meta.url));
  const args = [script, "--kind", kind, "--samples", flags.samples, "--rounds", flags.rounds];
  const output = execFileSync(flags.python, args, {
    encoding: "utf8",
    env: { ...process.env, OMP_NUM_THREADS: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(output.trim().split("\n").at(-1)!) as Measured;
});
const ours = { who: "this library, loaded, drawn and computed", imagesPerSecond: 1000 / median(whole) };
const best = Math.max(...peers.map(({ imagesPerSecond }) => imagesPerSecond));
console.log(
  `SupContrast's recipe on ${2 * samples} images of 32×32, median of ${rounds} rounds, one thread; Node ${process.versions.node}`,
);
console.table(
  [ours, ...peers].map(({ who, imagesPerSecond }) => ({
    who,
    "images/s": Math.round(imagesPerSecond),
    "beside the fastest peer": (imagesPerSecond / best).toFixed(1),
  })),
);
console.table([
  {
    "draw, µs an image": microseconds(drawn),
    "compute, µs": microseconds(compiled),
    "compute in JavaScript, µs": microseconds(reference),
  },
]);

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function microseconds(values: readonly number[]): number {
  return Number((1000 * median(values)).toFixed(2));
}
