import { declare } from "../bindings.js";
import { type Dispatch, u32 } from "../dispatch.js";
import { linearGrid, linearMain } from "../linear.js";
import type { Pass } from "./forward.js";
import { keyOf, type LossCode, type LossSizes, ratioCode } from "./loss.js";
import { sideReads, sizesOf, sizesStruct, splitsOf } from "./sides.js";
import { streamedCode } from "./streamed.js";

/*
 * Where a positive's denominator is itself and the negatives, r = e^s / (e^s + Σ_N) is known only after all negatives are:
 * the contrasts pass by a second time.
 */

/**
 * Over splits of the contrasts, Σ log r and Σ f of positives; "inside", Σ r and Σ r f, relative to the largest r.
 *
 * Reads what both sides have, and `state` of `mergeOf`.
 */
export function ratiosOf(loss: LossCode, sizes: LossSizes): Pass {
  const splits = splitsOf(sizes.anchors, sizes.contrasts);
  return {
    splits: splits.splits,
    dispatch: {
      name: "contrastive/ratios",
      key: keyOf(loss),
      code: () => code(loss),
      uniforms: sizesOf(sizes, splits, "anchors"),
      grid: [splits.tiles, splits.splits],
    },
  };
}

function code(loss: LossCode): string {
  const sides = { ...loss, oneSet: false };
  const inside = loss.summation === "inside";
  return `
${declare({
  reads: { ...sideReads(sides), anchorStates: "vec4f" },
  writes: { partial: "vec2f" },
  uniforms: sizesStruct,
})}
${ratioCode}

fn added(a: vec2f, b: vec2f) -> vec2f { return a + b; }

fn sumOf(x: vec4f, mask: vec4<bool>) -> f32 { return dot(select(vec4f(), x, mask), vec4f(1)); }

${streamedCode(sides, {
  state: "vec2f",
  empty: "vec2f()",
  merged: "added",
  take: `
      // Those of rows that are not there are not used.
      let state = anchorStates[min(row + i, sizes.ownRows - 1u)];
      let y = (products - state.x) * sizes.sharpness - state.y;
      ${
        inside
          ? `let ratio = exp(logRatio(y) - state.z);
      let share = ratio * remainder(y);`
          : `let ratio = logRatio(y);
      let share = remainder(y);`
      }
      sums[i] += vec2f(sumOf(ratio, positive), sumOf(share, positive));`,
})}`;
}

/** Reads `partial` and `state`, and writes perAnchor, logPositives and denominatorWeight. */
export function mergeRatiosOf({ summation }: LossCode, { anchors }: LossSizes, splits: number): Dispatch {
  return {
    name: "contrastive/merge-ratios",
    key: summation,
    code: () => mergeCode(summation),
    uniforms: [u32(anchors), u32(splits)],
    grid: linearGrid(anchors),
  };
}

const mergeCode = (summation: LossCode["summation"]) => `
${declare({
  reads: { partial: "vec2f", anchorStates: "vec4f" },
  writes: { perAnchor: "f32", logPositives: "f32", denominatorWeight: "f32" },
  uniforms: { anchors: "u32", splits: "u32" },
})}
${linearMain(`
  if (at >= sizes.anchors) { return; }
  var sums = vec2f();
  for (var split = 0u; split < sizes.splits; split++) { sums += partial[split * sizes.anchors + at]; }
  let state = anchorStates[at];
  let count = state.w;
  let hasLoss = count > 0;
  ${
    summation === "inside"
      ? `let inLogarithm = log(sums.x) + state.z;
  let loss = log(count) - inLogarithm; // eq. 3
  let weight = sums.y / sums.x;`
      : `let inLogarithm = 0.0;
  let loss = -sums.x / count; // eq. 2
  let weight = sums.y / count;`
  }
  perAnchor[at] = select(0, loss, hasLoss);
  logPositives[at] = select(0, inLogarithm, hasLoss);
  denominatorWeight[at] = select(0, weight, hasLoss);
`)}`;
