import { declare } from "../bindings.js";
import { type Dispatch, f32, u32 } from "../dispatch.js";
import { linearGrid, linearMain } from "../linear.js";
import { LOW, type LossCode, type LossSizes, ratioCode } from "./loss.js";
import { sumsCode } from "./sums.js";

/** What both kinds of merging write: outputs of kernel `ContrastiveLoss`. */
const common = {
  positiveCount: "f32",
  positiveSimilarity: "f32",
  maximum: "f32",
  logDenominator: "f32",
};

/**
 * Of the sums of all splits, all outputs of kernel `ContrastiveLoss`: positiveCount, positiveSimilarity, maximum, logDenominator,
 * and then perAnchor, logPositives and denominatorWeight.
 *
 * Where denominators have one positive, instead of the last three `state`, float32 `[anchors, 4]`, for `ratiosOf`.
 */
export function mergeOf(loss: LossCode, { anchors, temperature }: LossSizes, splits: number): Dispatch {
  return {
    name: "contrastive/merge",
    key: `${loss.summation},${loss.denominator}`,
    code: () => code(loss),
    uniforms: [u32(anchors), u32(splits), f32(1 / temperature)],
    grid: linearGrid(anchors),
  };
}

function code(loss: LossCode): string {
  const { denominator } = loss;
  return `
${sumsCode(loss)}
${declare({
  reads: { partial: "Sums" },
  writes: {
    ...common,
    ...(denominator === "one-positive"
      ? { states: "vec4f" }
      : { perAnchor: "f32", logPositives: "f32", denominatorWeight: "f32" }),
  },
  uniforms: { anchors: "u32", splits: "u32", sharpness: "f32" },
})}
${ratioCode}
${linearMain(`
  if (at >= sizes.anchors) { return; }
  var sums = nothing();
  for (var split = 0u; split < sizes.splits; split++) {
    sums = joined(sums, partial[split * sizes.anchors + at]);
  }
  // A sum relative to its maximum is at least 1, if anything is in it. What is not a number is not 0.
  let isEmpty = sums.sum == 0;
  let hasLoss = sums.count > 0${denominator === "only-negatives" ? " && !isEmpty" : ""};
  let count = max(sums.count, 1);
  let similarity = sums.similarity / count;
  let top = ${denominator === "all" ? "sums.maximum" : "max(sums.maximum, sums.positiveMaximum)"};
  let logSum = log(select(sums.sum, 1, isEmpty)) + (sums.maximum - top) * sizes.sharpness;
  let denominator = select(logSum, ${LOW}, isEmpty);
  positiveCount[at] = select(0, count, hasLoss);
  positiveSimilarity[at] = select(0, similarity, hasLoss);
  maximum[at] = select(0, top, hasLoss);
  logDenominator[at] = select(0, denominator, hasLoss);
  ${rest(loss)}
`)}`;
}

function rest({ summation, denominator }: LossCode): string {
  if (denominator === "one-positive") {
    return `
  let y = (sums.positiveMaximum - top) * sizes.sharpness - denominator;
  states[at] = vec4f(top, denominator, logRatio(vec4f(y)).x, select(0, count, hasLoss));`;
  }
  const loss =
    summation === "inside"
      ? `
  let closest = (sums.positiveMaximum - top) * sizes.sharpness;
  let inLogarithm = log(sums.positiveSum) + closest - denominator;
  let loss = log(count) - inLogarithm; // eq. 3`
      : `
  let inLogarithm = 0.0;
  let loss = denominator - (similarity - top) * sizes.sharpness; // eq. 2`;
  return `${loss}
  perAnchor[at] = select(0, loss, hasLoss);
  logPositives[at] = select(0, inLogarithm, hasLoss);
  denominatorWeight[at] = select(0.0, 1.0, hasLoss);`;
}
