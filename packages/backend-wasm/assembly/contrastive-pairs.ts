import { alike, keptByLanes, keptByOther, Lanes, Marks, unlike } from "./contrastive-lanes";
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
  const capped = loss.capped;
  for (let i = first; i < first + rows; i++) {
    const product = v128.load(products);
    const same = alike(lanes, others, i);
    const negative = unlike(lanes, others, i);
    let g = f32x4.splat(0);
    if (sides & ANCHORS) {
      const positive = capped ? v128.and(same, keptByLanes(lanes, others, i)) : same;
      g = ofPair(
        loss,
        product,
        positive,
        negative,
        own.maximum,
        own.logDenominator,
        own.logPositives,
        own.push,
        own.pull,
      );
    }
    if (sides & CONTRASTS) {
      const positive = capped ? v128.and(same, keptByOther(lanes, others, i)) : same;
      const at = factors + ((<usize>i) << 2);
      const back = ofPair(
        loss,
        product,
        positive,
        negative,
        v128.load32_splat(at),
        v128.load32_splat(at + stride),
        v128.load32_splat(at + 2 * stride),
        v128.load32_splat(at + 3 * stride),
        v128.load32_splat(at + 4 * stride),
      );
      g = f32x4.add(g, back);
    }
    v128.store(products, g);
    products += STEP;
  }
}

function ofPair(
  loss: Loss,
  product: v128,
  positive: v128,
  negative: v128,
  maximum: v128,
  logDenominator: v128,
  logPositives: v128,
  push: v128,
  pull: v128,
): v128 {
  const scaled = f32x4.mul(f32x4.sub(product, maximum), f32x4.splat(loss.sharpness));
  const y = f32x4.sub(scaled, logDenominator);
  // Of pairs that don't count it may be infinite.
  const softmax = exp(y);
  const summed = loss.denominator == ALL ? v128.or(positive, negative) : negative;
  const pushed = f32x4.mul(v128.and(softmax, summed), push);
  let weight = pull;
  if (loss.denominator == ONE_POSITIVE) {
    weight = f32x4.mul(weight, remainder(softmax));
    if (loss.inside) weight = f32x4.mul(weight, exp(f32x4.sub(logRatio(y), logPositives)));
  } else if (loss.inside) {
    weight = f32x4.mul(weight, exp(f32x4.sub(y, logPositives)));
  }
  return f32x4.sub(pushed, v128.and(weight, positive));
}
