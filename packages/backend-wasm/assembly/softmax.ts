import { exp, log } from "./exponential";
import { largestLane, loadLanes, padLanes, storeLanes, sumOfLanes } from "./lanes";
import { FLOAT, multiplyAdd } from "./simd";

/* Tensors are [rows][columns]; tasks are groups of `rowsPerTask` rows. */

/** y = e^x / Σ e^x, or its logarithm; a row with NaN is NaN. */
export function softmax(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  columns: i32,
  rowsPerTask: i32,
  logarithm: i32,
  x: usize,
  y: usize,
): void {
  const stride = <usize>columns * FLOAT;
  const whole = <usize>(columns & ~3) * FLOAT;
  const rest = columns & 3;
  for (let row = begin * rowsPerTask; row < min(rows, end * rowsPerTask); row++) {
    const from = x + <usize>row * stride;
    const to = y + <usize>row * stride;
    const shift = f32x4.splat(largestOf(from, whole, rest));
    let sum = f32x4.splat(0);
    // Stored, though their logarithm will not need them: the loop is without a branch.
    for (let at: usize = 0; at < whole; at += 16) {
      const power = exp(f32x4.sub(v128.load(from + at), shift));
      v128.store(to + at, power);
      sum = f32x4.add(sum, power);
    }
    if (rest) {
      const lanes = padLanes(loadLanes(from + whole, rest), rest, -Infinity);
      const power = exp(f32x4.sub(lanes, shift));
      storeLanes(to + whole, power, rest);
      sum = f32x4.add(sum, power);
    }
    const total = f32x4.splat(sumOfLanes(sum));
    if (logarithm) shiftRow(from, to, whole, rest, shift, log(total));
    else scaleRow(to, whole, rest, f32x4.div(f32x4.splat(1), total));
  }
}

/** The largest of a row, except NaN, which shows in the sum of powers. */
function largestOf(from: usize, whole: usize, rest: i32): f32 {
  let largest = f32x4.splat(-Infinity);
  for (let at: usize = 0; at < whole; at += 16) largest = f32x4.pmax(largest, v128.load(from + at));
  if (rest) {
    const lanes = padLanes(loadLanes(from + whole, rest), rest, -Infinity);
    largest = f32x4.pmax(largest, lanes);
  }
  return largestLane(largest);
}

/** x − shift − down, in this order: the sum of both would round to the large one. */
function shiftRow(from: usize, to: usize, whole: usize, rest: i32, shift: v128, down: v128): void {
  for (let at: usize = 0; at < whole; at += 16) {
    v128.store(to + at, f32x4.sub(f32x4.sub(v128.load(from + at), shift), down));
  }
  if (rest) {
    const lanes = f32x4.sub(loadLanes(from + whole, rest), shift);
    storeLanes(to + whole, f32x4.sub(lanes, down), rest);
  }
}

function scaleRow(row: usize, whole: usize, rest: i32, factor: v128): void {
  for (let at: usize = 0; at < whole; at += 16) {
    v128.store(row + at, f32x4.mul(v128.load(row + at), factor));
  }
  if (rest) storeLanes(row + whole, f32x4.mul(loadLanes(row + whole, rest), factor), rest);
}

/** dx = y · (dy − Σ y dy), or of the logarithm, dx = dy − e^y · Σ dy. */
export function softmaxGradient(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  columns: i32,
  rowsPerTask: i32,
  logarithm: i32,
  y: usize,
  dy: usize,
  dx: usize,
): void {
  const stride = <usize>columns * FLOAT;
  for (let row = begin * rowsPerTask; row < min(rows, end * rowsPerTask); row++) {
    const from = <usize>row * stride;
    let sum = f32x4.splat(0);
    for (let i = 0; i < columns; i += 4) {
      const at = from + <usize>i * FLOAT;
      const slope = loadLanes(dy + at, columns - i);
      sum = logarithm ? f32x4.add(sum, slope) : multiplyAdd(slope, loadLanes(y + at, columns - i), sum);
    }
    const total = f32x4.splat(-sumOfLanes(sum));
    for (let i = 0; i < columns; i += 4) {
      const at = from + <usize>i * FLOAT;
      const slope = loadLanes(dy + at, columns - i);
      const value = loadLanes(y + at, columns - i);
      const gradient = logarithm
        ? multiplyAdd(exp(value), total, slope)
        : f32x4.mul(value, f32x4.add(slope, total));
      storeLanes(dx + at, gradient, columns - i);
    }
  }
}
