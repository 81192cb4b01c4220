import { keptByLanes, Lanes, mark, Marks, noPair } from "./contrastive-lanes";
import { exp, log } from "./exponential";
import { multiplyAdd } from "./simd";

/** Denominators. */
export const ALL: i32 = 0;
export const ONE_POSITIVE: i32 = 1;
export const ONLY_NEGATIVES: i32 = 2;

/** Stands for minus infinity, and stays finite. */
const LOW: f32 = -1e30;

/** Bytes from a product of a lane to the next one. */
export const STEP: usize = 32;

/** What is known of four anchors. Exponentials are relative to the maximum before their sum. */
@unmanaged
export class Sums {
  /** Over what all denominators of an anchor sum. */
  maximum: v128;
  sum: v128;
  positiveMaximum: v128;
  positiveSum: v128;
  similarity: v128;
  /** int32 */
  count: v128;
  /** Set by `close`: the largest product of all that count, and log Σ relative to it. */
  top: v128;
  logDenominator: v128;
  /** For `ONE_POSITIVE`: Σ log r and Σ f; "inside", Σ r and Σ r f, relative to the largest r. */
  ratios: v128;
  shares: v128;
}

export function clear(sums: Sums): void {
  const zero = f32x4.splat(0);
  sums.maximum = f32x4.splat(LOW);
  sums.sum = zero;
  sums.positiveMaximum = f32x4.splat(LOW);
  sums.positiveSum = zero;
  sums.similarity = zero;
  sums.count = zero;
  sums.ratios = zero;
  sums.shares = zero;
}

/**
 * Takes in the products of four anchors with `rows` contrasts from `first` on. `products` is left with those that the
 * denominator sums, and `positives`, unless it is 0, is given those of positives; `LOW` stands for the others.
 */
export function gather(
  sums: Sums,
  lanes: Lanes,
  others: Marks,
  first: i32,
  rows: i32,
  sharpness: f32,
  denominator: i32,
  capped: bool,
  products: usize,
  positives: usize,
): void {
  const low = f32x4.splat(LOW);
  // Out of memory once: the loop stores, and might have changed them.
  const ids = lanes.ids;
  const labels = lanes.labels;
  const otherIds = others.ids;
  const otherLabels = others.labels;
  const withPositives = positives != 0 || denominator != ALL;
  let similarity = f32x4.splat(0);
  let count = sums.count;
  let maximum = sums.maximum;
  let positiveMaximum = sums.positiveMaximum;
  let at = products;
  for (let i = first; i < first + rows; i++) {
    const product = v128.load(at);
    const same = noPair(ids, mark(otherIds, i));
    const equal = i32x4.eq(labels, mark(otherLabels, i));
    let positive = v128.andnot(equal, same);
    if (capped) positive = v128.and(positive, keptByLanes(lanes, others, i));
    similarity = f32x4.add(similarity, v128.and(product, positive));
    count = i32x4.sub(count, positive);
    let left = v128.or(equal, same);
    if (denominator == ALL) left = v128.andnot(left, positive);
    const kept = v128.bitselect(low, product, left);
    maximum = f32x4.pmax(maximum, kept);
    v128.store(at, kept);
    if (withPositives) {
      const own = v128.bitselect(product, low, positive);
      positiveMaximum = f32x4.pmax(positiveMaximum, own);
      if (positives != 0) v128.store(at - products + positives, own);
    }
    at += STEP;
  }
  sums.similarity = f32x4.add(sums.similarity, similarity);
  sums.count = count;
  sums.sum = addExponentials(sums.sum, sums.maximum, maximum, sharpness, products, rows);
  sums.maximum = maximum;
  if (positives != 0) {
    sums.positiveSum = addFewExponentials(
      sums.positiveSum,
      sums.positiveMaximum,
      positiveMaximum,
      sharpness,
      positives,
      rows,
    );
  }
  sums.positiveMaximum = positiveMaximum;
}

/** Σ e^{(x - maximum) / τ} of a panel's rows and of what was summed relative to a maximum `before`. */
function addExponentials(sum: v128, before: v128, maximum: v128, sharpness: f32, x: usize, rows: i32): v128 {
  const factor = f32x4.splat(sharpness);
  let added = f32x4.splat(0);
  const end = x + <usize>rows * STEP;
  for (; x < end; x += STEP) {
    added = f32x4.add(added, exp(f32x4.mul(f32x4.sub(v128.load(x), maximum), factor)));
  }
  return multiplyAdd(sum, exp(f32x4.mul(f32x4.sub(before, maximum), factor)), added);
}

/** The same where most rows have `LOW` in all lanes, which adds nothing. */
function addFewExponentials(
  sum: v128,
  before: v128,
  maximum: v128,
  sharpness: f32,
  x: usize,
  rows: i32,
): v128 {
  const factor = f32x4.splat(sharpness);
  const low = f32x4.splat(LOW);
  let added = f32x4.splat(0);
  const end = x + <usize>rows * STEP;
  for (; x < end; x += STEP) {
    const own = v128.load(x);
    if (!v128.any_true(f32x4.ne(own, low))) continue;
    added = f32x4.add(added, exp(f32x4.mul(f32x4.sub(own, maximum), factor)));
  }
  return multiplyAdd(sum, exp(f32x4.mul(f32x4.sub(before, maximum), factor)), added);
}

/** Makes of the finished sums what outlives them. */
export function close(sums: Sums, sharpness: f32, denominator: i32): void {
  let top = sums.maximum;
  if (denominator != ALL) top = f32x4.pmax(top, sums.positiveMaximum);
  const distance = f32x4.mul(f32x4.sub(sums.maximum, top), f32x4.splat(sharpness));
  sums.top = top;
  sums.logDenominator = v128.bitselect(f32x4.splat(LOW), f32x4.add(log(sums.sum), distance), isEmpty(sums));
}

/** Where the denominator sums nothing. What is not a number leaves the maximum as it is, but not the sum. */
export function isEmpty(sums: Sums): v128 {
  return v128.and(f32x4.eq(sums.maximum, f32x4.splat(LOW)), f32x4.eq(sums.sum, sums.sum));
}
