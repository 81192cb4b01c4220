import type { PairSumsStatistics, PairTerm, PairTileAttributes, PairTileInputs } from "@contrastive/ops";
import { bytes } from "../bytes.js";
import { kernel } from "../../kernels/kernel.js";
import { runtimeOf } from "../fast-kernel.js";
import { tileArguments } from "../pairs/tile.js";

/** In the order of their numbers in the compiled kernels. */
const sums = ["log-sum-exp", "hinges", "squared-hinges"] as const;

/** Kernel `PairSumsOfTile` of @contrastive/ops. */
export const pairSumsOfTile = kernel<keyof PairTileInputs, PairTileAttributes>(
  "PairSumsOfTile",
  ({ inputs, attrs, backend, stock }) => {
    const runtime = runtimeOf(backend);
    if (runtime === undefined) return stock();
    const outputs = Array.from({ length: 6 }, () => runtime.output([inputs.products.shape[0]]));
    const { tasks, tile } = tileArguments(runtime, inputs, attrs);
    const [positives, negatives, positiveCount, negativeCount, leastPositive, largestNegative] = outputs.map(
      runtime.addressOf,
    );
    const counts = { positiveCount, negativeCount };
    const to = { positives, negatives, ...counts, leastPositive, largestNegative };
    runtime.run("pairSums", tasks, { ...tile, ...sumArguments(attrs), ...to }, scratchBytes(tile.columns));
    return outputs;
  },
);

/** Kernel `PairSumsOfTileGrad` of @contrastive/ops. */
export const pairSumsOfTileGrad = kernel<keyof PairTileInputs | keyof PairSumsStatistics, PairTileAttributes>(
  "PairSumsOfTileGrad",
  ({ inputs, attrs, backend, stock }) => {
    const runtime = runtimeOf(backend);
    if (runtime === undefined) return stock();
    const { addressOf } = runtime;
    const out = runtime.output(inputs.products.shape);
    const { tasks, tile } = tileArguments(runtime, inputs, attrs);
    const statistics = {
      positives: addressOf(inputs.positives),
      negatives: addressOf(inputs.negatives),
      leastPositive: addressOf(inputs.leastPositive),
      largestNegative: addressOf(inputs.largestNegative),
      dPositives: addressOf(inputs.dPositives),
      dNegatives: addressOf(inputs.dNegatives),
    };
    const args = { ...tile, ...sumArguments(attrs), ...statistics, forces: addressOf(out) };
    runtime.run("pairForces", tasks, args, scratchBytes(tile.columns));
    return out;
  },
);

function sumArguments({ sum, mining, positives, negatives }: PairTileAttributes) {
  const own = weightOf(positives, -1);
  const other = weightOf(negatives, 1);
  return {
    sum: sums.indexOf(sum),
    mining,
    positiveMargin: positives.margin,
    positiveConstant: own.constant,
    positiveSlope: own.slope,
    negativeMargin: negatives.margin,
    negativeConstant: other.constant,
    negativeSlope: other.slope,
  };
}

/** scale · w as max(0, constant + slope · s). */
function weightOf({ scale, pivot }: PairTerm, sign: number) {
  if (pivot === undefined) return { constant: scale, slope: 0 };
  return { constant: -sign * scale * pivot, slope: sign * scale };
}

/** What the kernels know of a row, and its similarities. */
function scratchBytes(columns: number): number {
  return 256 + bytes(columns + 3);
}
