import { loadLanes, storeLanes } from "./lanes";
import {
  fillSimilarities,
  forcePerSlope,
  HEADER,
  negativeLanes,
  positiveLanes,
  Row,
  setRow,
} from "./pair-rows";
import { exponent, partSlope, setTerm, signedWeight, Term } from "./pair-terms";
import { FLOAT } from "./simd";

/**
 * Kernel `PairSumsOfTileGrad`: the forces [rows][columns] of pairs on `rows` rows of the batch from `first` on, from both
 * ends of each. Tasks are groups of `rowsPerTask` rows.
 */
export function pairForces(
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
  leastPositive: usize,
  largestNegative: usize,
  dPositives: usize,
  dNegatives: usize,
  forces: usize,
): void {
  const it = changetype<Row>(scratch);
  const own = changetype<Term>(scratch + offsetof<Row>());
  const other = changetype<Term>(scratch + offsetof<Row>() + offsetof<Term>());
  const s = scratch + HEADER;
  setTerm(own, positiveMargin, positiveConstant, positiveSlope);
  setTerm(other, negativeMargin, negativeConstant, negativeSlope);
  it.columns = columns;
  it.labels = labels;
  const reach = f32x4.splat(<f32>mining);
  const isMined = mining != Infinity;
  for (let tileRow = begin * rowsPerTask; tileRow < min(rows, end * rowsPerTask); tileRow++) {
    const row = first + tileRow;
    const offset = <usize>tileRow * <usize>columns * FLOAT;
    fillSimilarities(products + offset, squares, row, columns, similarity, s);
    setRow(it, row);
    const at = (<usize>row) << 2;
    const positiveTotal = v128.load32_splat(positives + at);
    const negativeTotal = v128.load32_splat(negatives + at);
    const dPositive = v128.load32_splat(dPositives + at);
    const dNegative = v128.load32_splat(dNegatives + at);
    const below = f32x4.add(v128.load32_splat(largestNegative + at), reach);
    const above = f32x4.sub(v128.load32_splat(leastPositive + at), reach);
    for (let j = 0; j < columns; j += 4) {
      const left = columns - j;
      const across = (<usize>j) << 2;
      const value = v128.load(s + across);
      const positive = positiveLanes(it, j);
      const negative = negativeLanes(it, j);
      const weight = signedWeight(own, other, positive, value);
      const u = exponent(own, other, positive, value, weight);
      const total = v128.bitselect(positiveTotal, negativeTotal, positive);
      const otherTotal = v128.bitselect(
        loadLanes(positives + across, left),
        loadLanes(negatives + across, left),
        positive,
      );
      const d = v128.bitselect(dPositive, dNegative, positive);
      const otherD = v128.bitselect(
        loadLanes(dPositives + across, left),
        loadLanes(dNegatives + across, left),
        positive,
      );
      // Of what a row does not keep it may be infinite.
      let slope = f32x4.mul(partSlope(sum, u, total), d);
      let otherSlope = f32x4.mul(partSlope(sum, u, otherTotal), otherD);
      if (isMined) {
        const otherBelow = f32x4.add(loadLanes(largestNegative + across, left), reach);
        const otherAbove = f32x4.sub(loadLanes(leastPositive + across, left), reach);
        slope = v128.and(slope, kept(value, positive, below, above));
        otherSlope = v128.and(otherSlope, kept(value, positive, otherBelow, otherAbove));
      }
      const both = f32x4.mul(
        f32x4.add(slope, otherSlope),
        f32x4.mul(weight, forcePerSlope(value, similarity)),
      );
      storeLanes(forces + offset + across, v128.and(both, v128.or(positive, negative)), left);
    }
  }
}

/** Positives are kept below, negatives above. */
function kept(value: v128, positive: v128, below: v128, above: v128): v128 {
  return v128.bitselect(f32x4.lt(value, below), f32x4.gt(value, above), positive);
}
