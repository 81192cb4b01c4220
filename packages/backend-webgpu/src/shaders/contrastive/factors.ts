import { declare } from "../bindings.js";
import { type Dispatch, f32, u32 } from "../dispatch.js";
import { linearGrid, linearMain } from "../linear.js";
import type { LossCode, LossSizes } from "./loss.js";

/** Floats of a `Factors`. */
export const FACTORS = 5;

/** What the gradient takes of an anchor: statistics of its loss, and what pushes of softmax and pulls of positives are multiplied by. */
export const factorsStruct = `
struct Factors { maximum: f32, logDenominator: f32, logPositives: f32, push: f32, pull: f32 }`;

export const plainReads = {
  positiveCount: "f32",
  maximum: "f32",
  logDenominator: "f32",
  dPerAnchor: "f32",
};

/** Whether the mean over positives is plain, so that `logPositives` is 0 and `denominatorWeight` is 1. */
export function isPlain({ summation, denominator }: LossCode): boolean {
  return summation === "outside" && denominator !== "one-positive";
}

/** `factorsOf(row)` from buffers of statistics: `plainReads`, and the rest where the mean over positives is not plain. */
export function factorsCode({ summation, plain }: { summation: string; plain: boolean }): string {
  return `
fn factorsOf(row: u32) -> Factors {
  let count = positiveCount[row];
  let hasLoss = count > 0;
  let factor = select(0, dPerAnchor[row] * sizes.sharpness, hasLoss);
  // Far above any product nothing overflows, and the factor of 0 does the rest.
  let top = select(1e30f, maximum[row], hasLoss);
  return Factors(
    top,
    logDenominator[row],
    ${plain ? "0" : "logPositives[row]"},
    factor${plain ? "" : " * denominatorWeight[row]"},
    factor${summation === "inside" ? "" : " / max(count, 1)"},
  );
}`;
}

/** `Factors` of all anchors, float32 `[anchors, 5]`, of `plainReads`, logPositives and denominatorWeight. */
export function factorsDispatch({ summation }: LossCode, { anchors, temperature }: LossSizes): Dispatch {
  return {
    name: "contrastive/factors",
    key: summation,
    code: () => `
${factorsStruct}
${declare({
  reads: { ...plainReads, logPositives: "f32", denominatorWeight: "f32" },
  writes: { factors: "Factors" },
  uniforms: { anchors: "u32", sharpness: "f32" },
})}
${factorsCode({ summation, plain: false })}
${linearMain("if (at < sizes.anchors) { factors[at] = factorsOf(at); }")}`,
    uniforms: [u32(anchors), f32(1 / temperature)],
    grid: linearGrid(anchors),
  };
}
