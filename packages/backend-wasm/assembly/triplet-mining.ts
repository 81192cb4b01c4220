import { exp, log1p } from "./exponential";
import { sumOfLanes } from "./lanes";
import { FLOAT } from "./simd";
import { countBelow, countUpTo, List, sort, valueAt } from "./triplet-lists";

/** What the triplets of an anchor, which has positives and negatives, come to. */
@unmanaged
export class Triplets {
  positives: List;
  negatives: List;
  margin: f32;
  sum: f64;
  active: f64;
  /** Addresses: the sizes of the slopes ∂sum/∂s, in the order of the lists. */
  ofPositives: usize;
  ofNegatives: usize;
  /** Work memory, for a value of each positive, and an integer of each and one more. */
  thresholds: usize;
  changes: usize;
}

/** The least similar positive with the most similar negative; the first of equals. */
export function takeHardest(it: Triplets, softplus: bool): void {
  memory.fill(it.ofPositives, 0, <usize>it.positives.count * FLOAT);
  memory.fill(it.ofNegatives, 0, <usize>it.negatives.count * FLOAT);
  let p = 0;
  for (let i = 1; i < it.positives.count; i++) {
    if (valueAt(it.positives.s, i) < valueAt(it.positives.s, p)) p = i;
  }
  let n = 0;
  for (let i = 1; i < it.negatives.count; i++) {
    if (valueAt(it.negatives.s, i) > valueAt(it.negatives.s, n)) n = i;
  }
  const u = f32x4.splat(valueAt(it.negatives.s, n) - valueAt(it.positives.s, p) + it.margin);
  const zero = f32x4.splat(0);
  const e = exp(f32x4.neg(f32x4.abs(u)));
  const loss = softplus ? softplusOf(u, e) : f32x4.max(u, zero);
  const slope = softplus ? sigmoidOf(u, e) : v128.and(f32x4.splat(1), f32x4.gt(u, zero));
  it.sum = <f64>f32x4.extract_lane(loss, 0);
  it.active = it.sum > 0 ? 1 : 0;
  v128.store32_lane(it.ofPositives + <usize>p * FLOAT, slope, 0);
  v128.store32_lane(it.ofNegatives + <usize>n * FLOAT, slope, 0);
}

/** All violations max(0, u), or the semi-hard ones. Sorts the positives. */
export function countViolations(it: Triplets, semiHard: bool): void {
  const positives = it.positives;
  const negatives = it.negatives;
  const thresholds = it.thresholds;
  const changes = it.changes;
  const count = positives.count;
  sort(positives);
  for (let k = 0; k < count; k++) {
    store<f32>(thresholds + <usize>k * FLOAT, valueAt(positives.s, k) - it.margin);
  }
  memory.fill(changes, 0, <usize>(count + 1) * 4);
  let sum: f64 = 0;
  // A negative violates the positives from `from` up to `to`: those whose threshold is below it, but, of semi-hard
  // triplets, that are themselves above it.
  for (let i = 0; i < negatives.count; i++) {
    const value = valueAt(negatives.s, i);
    const to = countBelow(thresholds, count, value);
    const from = semiHard ? countUpTo(positives.s, count, value) : 0;
    // A margin that rounding swallows would make less than nothing of equal similarities.
    const violated = <f32>max(0, to - from);
    sum += <f64>violated * <f64>value;
    store<f32>(it.ofNegatives + <usize>i * FLOAT, violated);
    change(changes, from, 1);
    change(changes, to, -1);
  }
  let violators = 0;
  let active: f64 = 0;
  for (let k = 0; k < count; k++) {
    violators += load<i32>(changes + ((<usize>k) << 2));
    const counted = <f32>max(0, violators);
    sum -= <f64>counted * <f64>valueAt(thresholds, k);
    active += <f64>counted;
    store<f32>(it.ofPositives + <usize>k * FLOAT, counted);
  }
  it.sum = sum;
  it.active = active;
}

/** Σ log(1 + e^u) over all triplets, and, if asked for, its slopes. The negatives' list has room for a whole vector. */
export function addSoftly(it: Triplets, withSlopes: bool): void {
  const positives = it.positives;
  const negatives = it.negatives;
  const ofNegatives = it.ofNegatives;
  const count = negatives.count;
  const zero = f32x4.splat(0);
  v128.store(negatives.s + <usize>count * FLOAT, f32x4.splat(-Infinity));
  memory.fill(ofNegatives, 0, <usize>(count + 3) * FLOAT);
  it.sum = 0;
  it.active = <f64>positives.count * <f64>count;
  for (let k = 0; k < positives.count; k++) {
    const shift = f32x4.splat(it.margin - valueAt(positives.s, k));
    let losses = zero;
    let slopes = zero;
    for (let i = 0; i < count; i += 4) {
      const at = <usize>i * FLOAT;
      const u = f32x4.add(v128.load(negatives.s + at), shift);
      const e = exp(f32x4.neg(f32x4.abs(u)));
      if (withSlopes) {
        const slope = sigmoidOf(u, e);
        slopes = f32x4.add(slopes, slope);
        v128.store(ofNegatives + at, f32x4.add(v128.load(ofNegatives + at), slope));
      } else {
        losses = f32x4.add(losses, softplusOf(u, e));
      }
    }
    it.sum += <f64>sumOfLanes(losses);
    store<f32>(it.ofPositives + <usize>k * FLOAT, sumOfLanes(slopes));
  }
}

/** log(1 + e^u), given e^−|u|. */
function softplusOf(u: v128, e: v128): v128 {
  return f32x4.add(f32x4.max(u, f32x4.splat(0)), log1p(e));
}

/** 1 / (1 + e^−u), given e^−|u|. */
function sigmoidOf(u: v128, e: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(v128.bitselect(one, e, f32x4.ge(u, f32x4.splat(0))), f32x4.add(one, e));
}

function change(changes: usize, i: i32, by: i32): void {
  const at = changes + ((<usize>i) << 2);
  store<i32>(at, load<i32>(at) + by);
}
