// Whole training of ResNet-18 on augmented images, each step another batch, beside the same steps on one batch that is in memory and
// not augmented, in turn: what loading and making views takes of a run.
//
//     npm run fed -- --threads 2
import { parseArgs } from "node:util";
import { simAugment } from "@contrastive/augment";
import { createRng } from "@contrastive/core";
import { fromArrays } from "@contrastive/data";
import { pipeline, timeSteps } from "./pipeline.js";

const { values: flags } = parseArgs({
  options: {
    images: { type: "string", default: "64" },
    threads: { type: "string", default: "2" },
    steps: { type: "string", default: "9" },
    rounds: { type: "string", default: "3" },
  },
});
const [images, threads, steps, rounds] = [flags.images, flags.threads, flags.steps, flags.rounds].map(Number);

const fixed = pipeline({ encoder: "resnet18", images, steps, backend: { threads } });
const rng = createRng(2);
const count = (steps * images) / 2;
const fed: typeof fixed = {
  ...fixed,
  data: fromArrays({
    images: Array.from({ length: count }, () => ({
      data: Uint8Array.from({ length: 3072 }, () => rng.below(256)),
      height: 32,
      width: 32,
      channels: 3,
    })),
    labels: Array.from({ length: count }, (_, i) => i % 10),
    classes: Array.from({ length: 10 }, (_, i) => String(i)),
  }),
  views: [simAugment(), simAugment()],
  epochs: 1,
};

const times = { fed: [] as number[], fixed: [] as number[] };
let device = "";
for (let round = 0; round < rounds; round++) {
  for (const [who, config] of [
    ["fed", fed],
    ["fixed", fixed],
  ] as const) {
    const measured = await timeSteps(config);
    device = measured.device;
    // The first step makes the heap grow.
    times[who].push(...measured.milliseconds.slice(1));
  }
}
console.log(
  `ResNet-18, ${images} images of 32×32, SupCon, ${rounds} rounds of ${steps - 1} steps in turn; ${device}, Node ${process.versions.node}`,
);
console.table(
  Object.entries({ "augmented, another batch each step": times.fed, "one batch in memory": times.fixed }).map(
    ([what, each]) => {
      const sorted = each.toSorted((a, b) => a - b);
      return { what, "best ms": Math.round(sorted[0]), "median ms": Math.round(middle(sorted)) };
    },
  ),
);
const share = (f: (sorted: readonly number[]) => number) =>
  (f(times.fixed.toSorted((a, b) => a - b)) / f(times.fed.toSorted((a, b) => a - b))).toFixed(3);
console.log(
  `speed beside the batch in memory: ${share(middle)} by medians, ${share(([best]) => best)} by the best`,
);

function middle(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)];
}
