// What views cost JavaScript's thread on backend-node-gpu, made in their step and made ahead by threads, while something else, which here
// is a timer, computes the step:
//
//     npm run ahead
//     npm run ahead -- --policy simclr --size 224 --samples 64 --step 400
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { randAugment, simclr, supcontrast } from "@contrastive/augment";
import { nodeGpu } from "@contrastive/backend-node-gpu";
import { createRng, type ProgramAugmentation } from "@contrastive/core";
import { createLoader, fromArrays, shuffle } from "@contrastive/data";
import { applyImagePrograms, imageProgramAttributes } from "@contrastive/ops";

const policies: Readonly<Record<string, () => ProgramAugmentation>> = { supcontrast, simclr, randAugment };

const { values: flags } = parseArgs({
  options: {
    policy: { type: "string", default: "supcontrast" },
    size: { type: "string", default: "32" },
    // Of a batch, with two views each.
    samples: { type: "string", default: "512" },
    // Milliseconds that a step takes besides.
    step: { type: "string", default: "100" },
    steps: { type: "string", default: "20" },
    rounds: { type: "string", default: "5" },
  },
});
const [size, batchSize, step, steps, rounds] = [
  flags.size,
  flags.samples,
  flags.step,
  flags.steps,
  flags.rounds,
].map(Number);
const policy = policies[flags.policy];
const normalize = { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] };

/** Milliseconds a step. */
interface Times {
  /** In which JavaScript's thread was at something. */
  readonly busy: number;
  readonly whole: number;
}

const info = await nodeGpu({ device: "cpu" }).init();
const rng = createRng(1);
const images = Array.from({ length: 2 * batchSize }, () => ({
  height: size,
  width: size,
  channels: 3,
  data: Uint8Array.from({ length: 3 * size * size }, () => rng.below(256)),
}));
const dataset = await fromArrays({ images }).open("train");

const measured: Record<string, Times[]> = {};
// The first round compiles, and starts the threads.
for (let round = 0; round <= rounds; round++) {
  for (const threads of [0, 1, Math.max(1, availableParallelism() - 1)]) {
    const name = threads === 0 ? "in the step" : `ahead, ${threads} thread${threads === 1 ? "" : "s"}`;
    const times = await run(threads);
    if (round > 0) (measured[name] ??= [])[round - 1] = times;
  }
}
await dataset.close();

console.log(
  `${2 * batchSize} views of ${size}×${size} by ${flags.policy}, a step of ${step} ms besides; best and median of ${rounds} rounds of ` +
    `${steps} steps in turn; ${info.device}, ${availableParallelism()} processors, Node ${process.versions.node}`,
);
console.table(
  Object.fromEntries(
    Object.entries(measured).map(([name, times]) => [
      name,
      {
        "JavaScript's thread, ms": written(times.map(({ busy }) => busy)),
        "a step, ms": written(times.map(({ whole }) => whole)),
      },
    ]),
  ),
);

async function run(viewThreads: number): Promise<Times> {
  const maker = nodeGpu({ device: "cpu", viewThreads }).openViewMaker!();
  const loader = createLoader({
    dataset,
    views: [policy(), policy()],
    sampler: shuffle().open(dataset, 1, batchSize),
    batchSize,
    seed: 1,
    ...(maker && {
      makeViews: ({ images, programs }, signal) =>
        maker.make(imageProgramAttributes(images, programs, { normalize }), signal),
    }),
  });
  let begun = performance.now();
  let before = performance.eventLoopUtilization();
  let count = -2;
  for await (const { groups } of loader.steps(0, steps + 2)) {
    // Threads start and pages are touched in the first two.
    if (count++ === 0) [begun, before] = [performance.now(), performance.eventLoopUtilization()];
    for (const { images, programs, values } of groups) {
      if (values === undefined) applyImagePrograms(images, programs, { normalize }).dispose();
    }
    await setTimeout(step);
  }
  const { active } = performance.eventLoopUtilization(before);
  const whole = performance.now() - begun;
  await maker?.close();
  return { busy: active / steps, whole: whole / steps };
}

function written(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${sorted[0].toFixed(1)} / ${sorted[Math.floor(sorted.length / 2)].toFixed(1)}`;
}
