import { largestLane, loadLanes } from "./lanes";
import { FLOAT } from "./simd";

/*
 * What the kernels on pairs share: a row of the batch, and the pairs that it has with all of them, of which tfjs's side has
 * made the products. Similarities stand in scratch memory, padded to whole vectors.
 */

/** Similarities: x·y, −‖x − y‖, −‖x − y‖². */
export const PRODUCT: i32 = 0;
export const DISTANCE: i32 = 1;

/** Bytes of scratch memory before the vectors. */
export const HEADER: usize = 256;

/** Stands for a similarity that there is none of. */
export const FAR: f32 = 1e30;

/** A row of the batch, and what of it is known. */
@unmanaged
export class Row {
  columns: i32;
  labels: usize;
  /** Similarities with all rows, itself included. */
  s: usize;
  /** Its number, and its label in all lanes. */
  row: i32;
  label: v128;
  leastPositive: f32;
  largestNegative: f32;
}

export function setRow(it: Row, row: i32): void {
  it.row = row;
  it.label = v128.load32_splat(it.labels + ((<usize>row) << 2));
}

/** The similarities of `row` with all. */
export function fillSimilarities(
  products: usize,
  squares: usize,
  row: i32,
  columns: i32,
  similarity: i32,
  s: usize,
): void {
  if (similarity == PRODUCT) {
    memory.copy(s, products, <usize>columns * FLOAT);
    return;
  }
  const own = v128.load32_splat(squares + ((<usize>row) << 2));
  const zero = f32x4.splat(0);
  for (let j = 0; j < columns; j += 4) {
    const at = <usize>j * FLOAT;
    const product = loadLanes(products + at, columns - j);
    const lengths = f32x4.add(own, loadLanes(squares + at, columns - j));
    // Of equal rows, rounding may leave less than nothing. NaN stays.
    const squared = f32x4.max(f32x4.sub(lengths, f32x4.add(product, product)), zero);
    v128.store(s + at, f32x4.neg(similarity == DISTANCE ? f32x4.sqrt(squared) : squared));
  }
}

/** Finds the least similar positive and the most similar negative. */
export function findExtremes(it: Row): void {
  const s = it.s;
  const columns = it.columns;
  let least = f32x4.splat(FAR);
  let largest = f32x4.splat(-FAR);
  for (let j = 0; j < columns; j += 4) {
    const value = v128.load(s + ((<usize>j) << 2));
    const positive = positiveLanes(it, j);
    const negative = negativeLanes(it, j);
    least = f32x4.pmin(least, v128.bitselect(value, f32x4.splat(FAR), positive));
    largest = f32x4.pmax(largest, v128.bitselect(value, f32x4.splat(-FAR), negative));
  }
  it.leastPositive = -largestLane(f32x4.neg(least));
  it.largestNegative = largestLane(largest);
}

/** Which of the lanes from `column` on are other rows of its label. */
export function positiveLanes(it: Row, column: i32): v128 {
  const same = sameLabel(it, column);
  const others = v128.andnot(same, i32x4.eq(indices(column), i32x4.splat(it.row)));
  return v128.and(others, i32x4.lt_s(indices(column), i32x4.splat(it.columns)));
}

/** Which of the lanes from `column` on have another label. */
export function negativeLanes(it: Row, column: i32): v128 {
  return v128.andnot(i32x4.lt_s(indices(column), i32x4.splat(it.columns)), sameLabel(it, column));
}

function sameLabel(it: Row, column: i32): v128 {
  return i32x4.eq(loadLanes(it.labels + ((<usize>column) << 2), it.columns - column), it.label);
}

function indices(column: i32): v128 {
  return i32x4.add(i32x4.splat(column), i32x4(0, 1, 2, 3));
}

/** What the slope ∂loss/∂s is to be multiplied by, so that forces along x_j − x_i, or x_j of products, are its gradient. */
export function forcePerSlope(s: v128, similarity: i32): v128 {
  if (similarity == PRODUCT) return f32x4.splat(1);
  if (similarity != DISTANCE) return f32x4.splat(2);
  return v128.and(f32x4.div(f32x4.splat(-1), s), f32x4.ne(s, f32x4.splat(0)));
}
