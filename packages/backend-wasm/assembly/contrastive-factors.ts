import { loadPadded } from "./contrastive-lanes";
import { storeLanes } from "./lanes";
import { FLOAT } from "./simd";

/** Anchors of a task of `contrastiveFactors`. */
const ANCHORS: i32 = 4096;

/**
 * What the gradient takes of each anchor, `factors` [5][anchors]: the maximum, the logarithms of the denominator and of the
 * positives, and what the pushes of softmax and the pulls of positives are multiplied by.
 *
 * Tasks are groups of 4096 anchors.
 */
export function contrastiveFactors(
  begin: i32,
  end: i32,
  scratch: usize,
  anchors: i32,
  temperature: f64,
  inside: i32,
  dPerAnchor: usize,
  positiveCount: usize,
  maximum: usize,
  logDenominator: usize,
  logPositives: usize,
  denominatorWeight: usize,
  factors: usize,
): void {
  const stride = <usize>anchors * FLOAT;
  const sharpness = f32x4.splat(<f32>(1 / temperature));
  for (let row = begin * ANCHORS; row < min(anchors, end * ANCHORS); row += 4) {
    const at = <usize>row * FLOAT;
    const lanes = anchors - row;
    const count = loadPadded(positiveCount + at, lanes);
    const hasLoss = f32x4.gt(count, f32x4.splat(0));
    const factor = v128.and(f32x4.mul(loadPadded(dPerAnchor + at, lanes), sharpness), hasLoss);
    const pull = inside ? factor : f32x4.div(factor, f32x4.max(count, f32x4.splat(1)));
    // Far above any product nothing overflows, and the factor of 0 does the rest.
    const top = v128.bitselect(loadPadded(maximum + at, lanes), f32x4.splat(1e30), hasLoss);
    const to = factors + at;
    storeLanes(to, top, lanes);
    storeLanes(to + stride, loadPadded(logDenominator + at, lanes), lanes);
    storeLanes(to + 2 * stride, loadPadded(logPositives + at, lanes), lanes);
    storeLanes(to + 3 * stride, f32x4.mul(factor, loadPadded(denominatorWeight + at, lanes)), lanes);
    storeLanes(to + 4 * stride, pull, lanes);
  }
}
