import { keptByLanes, Lanes, mark, Marks, noPair } from "./contrastive-lanes";
import { STEP, Sums } from "./contrastive-sums";
import { exp, log1p } from "./exponential";

/*
 * Where a positive's denominator is itself and the negatives, r = e^s / (e^s + Σ_N) is known only after all negatives are:
 * the products are computed a second time.
 */

/** log r, of y = s − log Σ_N: −softplus(−y). */
export function logRatio(y: v128): v128 {
  const zero = f32x4.splat(0);
  return f32x4.sub(f32x4.pmin(y, zero), log1p(exp(f32x4.neg(f32x4.abs(y)))));
}

/** f = 1 − r, of e^s / Σ_N. */
export function remainder(odds: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), odds));
}

/** Takes in the products of four anchors with `rows` contrasts from `first` on, after `close`. */
export function settle(
  sums: Sums,
  lanes: Lanes,
  others: Marks,
  first: i32,
  rows: i32,
  sharpness: f32,
  inside: bool,
  capped: bool,
  products: usize,
): void {
  const factor = f32x4.splat(sharpness);
  const largest = largestRatio(sums, sharpness);
  let ratios = f32x4.splat(0);
  let shares = ratios;
  for (let i = first; i < first + rows; i++) {
    const same = noPair(lanes.ids, mark(others.ids, i));
    let positive = v128.andnot(i32x4.eq(lanes.labels, mark(others.labels, i)), same);
    if (capped) positive = v128.and(positive, keptByLanes(lanes, others, i));
    const scaled = f32x4.mul(f32x4.sub(v128.load(products), sums.top), factor);
    const y = f32x4.sub(scaled, sums.logDenominator);
    let ratio = logRatio(y);
    let share = remainder(exp(y));
    if (inside) {
      ratio = exp(f32x4.sub(ratio, largest));
      share = f32x4.mul(ratio, share);
    }
    ratios = f32x4.add(ratios, v128.and(ratio, positive));
    shares = f32x4.add(shares, v128.and(share, positive));
    products += STEP;
  }
  sums.ratios = f32x4.add(sums.ratios, ratios);
  sums.shares = f32x4.add(sums.shares, shares);
}

/** The largest log r: it grows with the product. */
export function largestRatio(sums: Sums, sharpness: f32): v128 {
  const scaled = f32x4.mul(f32x4.sub(sums.positiveMaximum, sums.top), f32x4.splat(sharpness));
  return logRatio(f32x4.sub(scaled, sums.logDenominator));
}
