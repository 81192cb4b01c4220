import { areAbsent, keptByLanes, keptByOther, Lanes, mark, Marks, noPair } from "./contrastive-lanes";
import { logRatio, remainder } from "./contrastive-one-positive";
import { ALL, ONE_POSITIVE, STEP } from "./contrastive-sums";
import { exp } from "./exponential";

/** Which side stands in the lanes, as bits: both where they are one set, and the gradients go to one place. */
export const ANCHORS: i32 = 1;
export const CONTRASTS: i32 = 2;

/** What `contrastiveFactors` found for four anchors. */
@unmanaged
export class Factors {
  maximum: v128;
  logDenominator: v128;
  logPositives: v128;
  push: v128;
  pull: v128;
}

@unmanaged
export class Loss {
  sharpness: f32;
  inside: bool;
  denominator: i32;
  capped: bool;
}

/**
 * Turns the products of four lanes with `rows` rows of the other side from `first` on into the loss's gradient with
 * respect to them. `factors` [5] of `stride` bytes holds those of the other side, where it has anchors.
 */
export function differentiate(
  sides: i32,
  lanes: Lanes,
  own: Factors,
  others: Marks,
  factors: usize,
  stride: usize,
  first: i32,
  rows: i32,
  loss: Loss,
  products: usize,
): void {
  // Out of memory once: the loop stores, and might have changed them.
  const ids = lanes.ids;
  const labels = lanes.labels;
  const absent = areAbsent(ids);
  const otherIds = others.ids;
  const otherLabels = others.labels;
  const maximum = own.maximum;
  const logDenominator = own.logDenominator;
  const push = own.push;
  const pull = own.pull;
  const sharpness = f32x4.splat(loss.sharpness);
  const capped = loss.capped;
  const all = loss.denominator == ALL;
  const isPlain = !loss.inside && loss.denominator != ONE_POSITIVE;
  let at = factors + ((<usize>first) << 2);
  for (let i = first; i < first + rows; i++) {
    const product = v128.load(products);
    const same = v128.or(noPair(ids, mark(otherIds, i)), absent);
    const equal = i32x4.eq(labels, mark(otherLabels, i));
    const alike = v128.andnot(equal, same);
    const left = v128.or(equal, same);
    let g = f32x4.splat(0);
    if (sides & ANCHORS) {
      const positive = capped ? v128.and(alike, keptByLanes(lanes, others, i)) : alike;
      const y = f32x4.sub(f32x4.mul(f32x4.sub(product, maximum), sharpness), logDenominator);
      // Of pairs that don't count it may be infinite.
      const softmax = exp(y);
      let weight = pull;
      // Most vectors have no positive, and need no exponential for it.
      if (!isPlain && v128.any_true(positive)) {
        weight = f32x4.mul(weight, shareOf(loss, y, softmax, own.logPositives));
      }
      const pushed = v128.andnot(softmax, all ? v128.andnot(left, positive) : left);
      g = f32x4.sub(f32x4.mul(pushed, push), v128.and(weight, positive));
    }
    if (sides & CONTRASTS) {
      const positive = capped ? v128.and(alike, keptByOther(lanes, others, i)) : alike;
      const scaled = f32x4.mul(f32x4.sub(product, v128.load32_splat(at)), sharpness);
      const y = f32x4.sub(scaled, v128.load32_splat(at + stride));
      const softmax = exp(y);
      let weight = v128.load32_splat(at + 4 * stride);
      if (!isPlain && v128.any_true(positive)) {
        weight = f32x4.mul(weight, shareOf(loss, y, softmax, v128.load32_splat(at + 2 * stride)));
      }
      const pushed = v128.andnot(softmax, all ? v128.andnot(left, positive) : left);
      g = f32x4.add(g, f32x4.mul(pushed, v128.load32_splat(at + 3 * stride)));
      g = f32x4.sub(g, v128.and(weight, positive));
    }
    v128.store(products, g);
    products += STEP;
    at += 4;
  }
}

/** q f, without the 1/|P| of "outside", of a pair whose e^{s} is `softmax` = e^y times what the denominators have in common. */
function shareOf(loss: Loss, y: v128, softmax: v128, logPositives: v128): v128 {
  if (loss.denominator != ONE_POSITIVE) return exp(f32x4.sub(y, logPositives));
  const share = remainder(softmax);
  return loss.inside ? f32x4.mul(share, exp(f32x4.sub(logRatio(y), logPositives))) : share;
}
