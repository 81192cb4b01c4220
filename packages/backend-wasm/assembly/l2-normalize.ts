import { largestLane, loadLanes, storeLanes, sumOfLanes } from "./lanes";
import { FLOAT, multiplyAdd } from "./simd";

/** The least normal float32: a row without an element that reaches it counts as zero. */
const LEAST_NORMAL: f32 = 1.17549435e-38;

/** y = x / |x|, row by row; tasks are groups of `rowsPerTask` rows. */
export function l2Normalize(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  dim: i32,
  rowsPerTask: i32,
  x: usize,
  y: usize,
): void {
  const stride = <usize>dim * FLOAT;
  for (let row = begin * rowsPerTask; row < min(rows, end * rowsPerTask); row++) {
    const from = x + <usize>row * stride;
    scaleRow(from, y + <usize>row * stride, dim, largestOf(from, dim));
  }
}

/** dx = (dy − y (y·dy)) / |x| */
export function l2NormalizeGradient(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  dim: i32,
  rowsPerTask: i32,
  x: usize,
  dy: usize,
  dx: usize,
): void {
  const stride = <usize>dim * FLOAT;
  for (let row = begin * rowsPerTask; row < min(rows, end * rowsPerTask); row++) {
    const from = x + <usize>row * stride;
    const gradient = dy + <usize>row * stride;
    const to = dx + <usize>row * stride;
    const largest = largestOf(from, dim);
    const scaledLength = scaleRow(from, to, dim, largest);
    if (largest < LEAST_NORMAL) continue; // `scaleRow` has filled it with zeros.
    let sums = f32x4.splat(0);
    for (let c = 0; c < dim; c += 4) {
      const at = <usize>c * FLOAT;
      sums = multiplyAdd(loadLanes(to + at, dim - c), loadLanes(gradient + at, dim - c), sums);
    }
    const along = f32x4.splat(-sumOfLanes(sums));
    for (let c = 0; c < dim; c += 4) {
      const at = <usize>c * FLOAT;
      const tangent = multiplyAdd(along, loadLanes(to + at, dim - c), loadLanes(gradient + at, dim - c));
      // In two steps: the length itself may overflow.
      const shrunk = f32x4.div(tangent, f32x4.splat(scaledLength));
      storeLanes(to + at, f32x4.div(shrunk, f32x4.splat(largest)), dim - c);
    }
  }
}

/** Writes a row of length 1, or 0, and returns the length of the row after division by its largest element. */
function scaleRow(from: usize, to: usize, dim: i32, largest: f32): f32 {
  if (largest < LEAST_NORMAL) {
    memory.fill(to, 0, <usize>dim * FLOAT);
    return 1;
  }
  const scale = f32x4.splat(largest);
  let squares = f32x4.splat(0);
  for (let c = 0; c < dim; c += 4) {
    const at = <usize>c * FLOAT;
    const scaled = f32x4.div(loadLanes(from + at, dim - c), scale);
    squares = multiplyAdd(scaled, scaled, squares);
    storeLanes(to + at, scaled, dim - c);
  }
  const length: f32 = sqrt<f32>(sumOfLanes(squares));
  for (let c = 0; c < dim; c += 4) {
    const at = to + <usize>c * FLOAT;
    storeLanes(at, f32x4.div(loadLanes(at, dim - c), f32x4.splat(length)), dim - c);
  }
  return length;
}

/** The largest absolute value; NaN if there is one. */
function largestOf(from: usize, dim: i32): f32 {
  let largest = f32x4.splat(0);
  for (let c = 0; c < dim; c += 4) {
    largest = f32x4.max(largest, f32x4.abs(loadLanes(from + <usize>c * FLOAT, dim - c)));
  }
  return largestLane(largest);
}
