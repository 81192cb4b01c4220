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
    const along = f32x4.splat(-product(to, gradient, dim));
    const inverseLength = f32x4.splat(1 / scaledLength);
    const inverseLargest = f32x4.splat(1 / largest);
    for (let c = 0; c < dim; c += 4) {
      const at = <usize>c * FLOAT;
      const tangent = multiplyAdd(along, loadLanes(to + at, dim - c), loadLanes(gradient + at, dim - c));
      // In two steps: the length itself may overflow.
      storeLanes(to + at, f32x4.mul(f32x4.mul(tangent, inverseLength), inverseLargest), dim - c);
    }
  }
}

/** Writes a row of length 1, or 0, and returns the length of the row after division by its largest element. */
function scaleRow(from: usize, to: usize, dim: i32, largest: f32): f32 {
  if (largest < LEAST_NORMAL) {
    memory.fill(to, 0, <usize>dim * FLOAT);
    return 1;
  }
  const inverse = f32x4.splat(1 / largest);
  for (let c = 0; c < dim; c += 4) {
    const at = <usize>c * FLOAT;
    storeLanes(to + at, f32x4.mul(loadLanes(from + at, dim - c), inverse), dim - c);
  }
  const length: f32 = sqrt<f32>(product(to, to, dim));
  const inverseLength = f32x4.splat(1 / length);
  for (let c = 0; c < dim; c += 4) {
    const at = to + <usize>c * FLOAT;
    storeLanes(at, f32x4.mul(loadLanes(at, dim - c), inverseLength), dim - c);
  }
  return length;
}

/** Σ x y; in four sums, so that none waits for the one before. */
function product(x: usize, y: usize, dim: i32): f32 {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let i = 0;
  for (; i + 16 <= dim; i += 16) {
    const at = <usize>i * FLOAT;
    a = multiplyAdd(v128.load(x + at), v128.load(y + at), a);
    b = multiplyAdd(v128.load(x + at, 16), v128.load(y + at, 16), b);
    c = multiplyAdd(v128.load(x + at, 32), v128.load(y + at, 32), c);
    d = multiplyAdd(v128.load(x + at, 48), v128.load(y + at, 48), d);
  }
  for (; i < dim; i += 4) {
    const at = <usize>i * FLOAT;
    a = multiplyAdd(loadLanes(x + at, dim - i), loadLanes(y + at, dim - i), a);
  }
  return sumOfLanes(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
}

/** The largest absolute value; NaN if there is one: pmax drops it, and takes a fraction of the time of max. */
function largestOf(from: usize, dim: i32): f32 {
  let largest = f32x4.splat(0);
  let ordered = i32x4.splat(-1);
  for (let c = 0; c < dim; c += 4) {
    const value = f32x4.abs(loadLanes(from + <usize>c * FLOAT, dim - c));
    largest = f32x4.pmax(largest, value);
    ordered = v128.and(ordered, f32x4.eq(value, value));
  }
  return i32x4.all_true(ordered) ? largestLane(largest) : NaN;
}
