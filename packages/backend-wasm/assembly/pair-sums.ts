import { log } from "./exponential";
import { largestLane, sumOfLanes } from "./lanes";
import {
  FAR,
  fillSimilarities,
  findExtremes,
  HEADER,
  negativeLanes,
  positiveLanes,
  Row,
  setRow,
} from "./pair-rows";
import { exponent, LOG_SUM_EXP, part, setTerm, signedWeight, Term } from "./pair-terms";
import { FLOAT } from "./simd";

/** Columns whose values are added up in float32; sums of them go into a total in float64. */
const RUN: i32 = 512;

/**
 * The outputs of kernel `PairSumsOfTile`: `rows` rows of the batch from `first` on, from their products [rows][columns].
 * Tasks are groups of `rowsPerTask` rows.
 */
export function pairSums(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  columns: i32,
  rowsPerTask: i32,
  first: i32,
  products: usize,
  squares: usize,
  labels: usize,
  similarity: i32,
  sum: i32,
  mining: f64,
  positiveMargin: f64,
  positiveConstant: f64,
  positiveSlope: f64,
  negativeMargin: f64,
  negativeConstant: f64,
  negativeSlope: f64,
  positives: usize,
  negatives: usize,
  positiveCount: usize,
  negativeCount: usize,
  leastPositive: usize,
  largestNegative: usize,
): void {
  const it = changetype<Sums>(scratch);
  const own = changetype<Term>(scratch + offsetof<Sums>());
  const other = changetype<Term>(scratch + offsetof<Sums>() + offsetof<Term>());
  setTerm(own, positiveMargin, positiveConstant, positiveSlope);
  setTerm(other, negativeMargin, negativeConstant, negativeSlope);
  it.columns = columns;
  it.labels = labels;
  it.s = scratch + HEADER;
  it.sum = sum;
  for (let row = begin * rowsPerTask; row < min(rows, end * rowsPerTask); row++) {
    const from = products + <usize>row * <usize>columns * FLOAT;
    fillSimilarities(from, squares, first + row, columns, similarity, it.s);
    setRow(it, first + row);
    it.leastPositive = FAR;
    it.largestNegative = -FAR;
    if (mining != Infinity) findExtremes(it);
    it.below = it.largestNegative + <f32>mining;
    it.above = it.leastPositive - <f32>mining;
    if (sum == LOG_SUM_EXP) findTops(it, own, other);
    addUp(it, own, other);
    const at = <usize>row * FLOAT;
    store<f32>(positives + at, totalOf(it, it.positiveSum, it.positiveTop));
    store<f32>(negatives + at, totalOf(it, it.negativeSum, it.negativeTop));
    store<f32>(positiveCount + at, <f32>it.positiveCount);
    store<f32>(negativeCount + at, <f32>it.negativeCount);
    store<f32>(leastPositive + at, it.leastPositive);
    store<f32>(largestNegative + at, it.largestNegative);
  }
}

/** What is found of a row. */
@unmanaged
class Sums extends Row {
  sum: i32;
  /** Positives below and negatives above are kept. */
  below: f32;
  above: f32;
  /** The largest exponents. */
  positiveTop: f32;
  negativeTop: f32;
  positiveSum: f64;
  negativeSum: f64;
  positiveCount: i32;
  negativeCount: i32;
}

function findTops(it: Sums, own: Term, other: Term): void {
  const s = it.s;
  const columns = it.columns;
  const below = f32x4.splat(it.below);
  const above = f32x4.splat(it.above);
  const low = f32x4.splat(-FAR);
  let positiveTop = low;
  let negativeTop = low;
  for (let j = 0; j < columns; j += 4) {
    const value = v128.load(s + ((<usize>j) << 2));
    const positive = v128.and(positiveLanes(it, j), f32x4.lt(value, below));
    const negative = v128.and(negativeLanes(it, j), f32x4.gt(value, above));
    const u = exponent(own, other, positive, value, signedWeight(own, other, positive, value));
    positiveTop = f32x4.pmax(positiveTop, v128.bitselect(u, low, positive));
    negativeTop = f32x4.pmax(negativeTop, v128.bitselect(u, low, negative));
  }
  it.positiveTop = largestLane(positiveTop);
  it.negativeTop = largestLane(negativeTop);
}

function addUp(it: Sums, own: Term, other: Term): void {
  const s = it.s;
  const columns = it.columns;
  const sum = it.sum;
  const below = f32x4.splat(it.below);
  const above = f32x4.splat(it.above);
  const positiveTop = f32x4.splat(it.positiveTop);
  const negativeTop = f32x4.splat(it.negativeTop);
  it.positiveSum = 0;
  it.negativeSum = 0;
  let positiveCount = i32x4.splat(0);
  let negativeCount = i32x4.splat(0);
  for (let start = 0; start < columns; start += RUN) {
    let positives = f32x4.splat(0);
    let negatives = f32x4.splat(0);
    for (let j = start; j < min(columns, start + RUN); j += 4) {
      const value = v128.load(s + ((<usize>j) << 2));
      const all = positiveLanes(it, j);
      const positive = v128.andnot(all, f32x4.ge(value, below));
      const negative = v128.andnot(negativeLanes(it, j), f32x4.le(value, above));
      const u = exponent(own, other, all, value, signedWeight(own, other, all, value));
      const added = part(sum, u, v128.bitselect(positiveTop, negativeTop, all));
      positives = f32x4.add(positives, v128.and(added, positive));
      negatives = f32x4.add(negatives, v128.and(added, negative));
      // A mask is -1 where it holds. An exponential counts, whatever becomes of it.
      const counted = sum == LOG_SUM_EXP ? i32x4.splat(-1) : f32x4.gt(added, f32x4.splat(0));
      positiveCount = i32x4.sub(positiveCount, v128.and(positive, counted));
      negativeCount = i32x4.sub(negativeCount, v128.and(negative, counted));
    }
    it.positiveSum += <f64>sumOfLanes(positives);
    it.negativeSum += <f64>sumOfLanes(negatives);
  }
  it.positiveCount = sumOfIntegers(positiveCount);
  it.negativeCount = sumOfIntegers(negativeCount);
}

function totalOf(it: Sums, sum: f64, top: f32): f32 {
  if (it.sum != LOG_SUM_EXP) return <f32>sum;
  // Of nothing the top is what stands for minus infinity. What is not a number is not above 0.
  if (sum == 0) return top;
  return top + f32x4.extract_lane(log(f32x4.splat(<f32>sum)), 0);
}

function sumOfIntegers(x: v128): i32 {
  return (
    i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3)
  );
}
