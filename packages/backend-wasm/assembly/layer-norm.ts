import { loadLanes, padLanes, storeLanes, sumOfLanes } from "./lanes";
import { FLOAT, multiplyAdd } from "./simd";

/*
 * x is [rows][features]. Tasks are groups of `rowsPerTask` rows; how many there are must not depend on the number of threads, or
 * the sums' rounding would.
 */

/** y = (x − mean) / √(variance + ε) · scale + offset, and each row's mean and 1 / √(variance + ε). */
export function layerNorm(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  features: i32,
  rowsPerTask: i32,
  x: usize,
  scale: usize,
  offset: usize,
  epsilon: f64,
  y: usize,
  means: usize,
  inverses: usize,
): void {
  const stride = <usize>features * FLOAT;
  for (let row = begin * rowsPerTask; row < min(rows, end * rowsPerTask); row++) {
    const from = x + <usize>row * stride;
    const to = y + <usize>row * stride;
    let sum = f32x4.splat(0);
    for (let i = 0; i < features; i += 4) {
      sum = f32x4.add(sum, loadLanes(from + <usize>i * FLOAT, features - i));
    }
    const mean = sumOfLanes(sum) / <f32>features;
    const center = f32x4.splat(mean);
    // About the mean: E[x²] − E[x]² would cancel where the mean is large beside the deviation.
    let squares = f32x4.splat(0);
    for (let i = 0; i < features; i += 4) {
      const lanes = padLanes(loadLanes(from + <usize>i * FLOAT, features - i), features - i, mean);
      const difference = f32x4.sub(lanes, center);
      squares = multiplyAdd(difference, difference, squares);
    }
    const inverse = <f32>(1 / sqrt(<f64>sumOfLanes(squares) / <f64>features + epsilon));
    store<f32>(means + <usize>row * FLOAT, mean);
    store<f32>(inverses + <usize>row * FLOAT, inverse);
    const factor = f32x4.splat(inverse);
    for (let i = 0; i < features; i += 4) {
      const at = <usize>i * FLOAT;
      const lanes = features - i;
      const normal = f32x4.mul(f32x4.sub(loadLanes(from + at, lanes), center), factor);
      const value = multiplyAdd(normal, loadLanes(scale + at, lanes), loadLanes(offset + at, lanes));
      storeLanes(to + at, value, lanes);
    }
  }
}

/**
 * With g = dy · scale and x̂ = (x − mean) · inverse: dx = (g − mean(g) − x̂ · mean(g x̂)) · inverse; and each task's Σ dy x̂ and
 * Σ dy over its rows, `partial` [tasks][2][features].
 */
export function layerNormGradient(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  features: i32,
  rowsPerTask: i32,
  dy: usize,
  x: usize,
  scale: usize,
  means: usize,
  inverses: usize,
  dx: usize,
  partial: usize,
): void {
  const stride = <usize>features * FLOAT;
  for (let task = begin; task < end; task++) {
    const dScale = partial + <usize>(2 * task) * stride;
    const dOffset = dScale + stride;
    memory.fill(dScale, 0, 2 * stride);
    for (let row = task * rowsPerTask; row < min(rows, (task + 1) * rowsPerTask); row++) {
      const from = <usize>row * stride;
      const center = v128.load32_splat(means + <usize>row * FLOAT);
      const inverse = v128.load32_splat(inverses + <usize>row * FLOAT);
      let sum = f32x4.splat(0);
      let products = f32x4.splat(0);
      for (let i = 0; i < features; i += 4) {
        const at = <usize>i * FLOAT;
        const lanes = features - i;
        const slope = loadLanes(dy + from + at, lanes);
        const normal = f32x4.mul(f32x4.sub(loadLanes(x + from + at, lanes), center), inverse);
        const g = f32x4.mul(slope, loadLanes(scale + at, lanes));
        sum = f32x4.add(sum, g);
        products = multiplyAdd(g, normal, products);
        storeLanes(dScale + at, multiplyAdd(slope, normal, loadLanes(dScale + at, lanes)), lanes);
        storeLanes(dOffset + at, f32x4.add(slope, loadLanes(dOffset + at, lanes)), lanes);
      }
      const mean = f32x4.splat(sumOfLanes(sum) / <f32>features);
      const along = f32x4.splat(-sumOfLanes(products) / <f32>features);
      for (let i = 0; i < features; i += 4) {
        const at = <usize>i * FLOAT;
        const lanes = features - i;
        const normal = f32x4.mul(f32x4.sub(loadLanes(x + from + at, lanes), center), inverse);
        const g = f32x4.mul(loadLanes(dy + from + at, lanes), loadLanes(scale + at, lanes));
        const rest = multiplyAdd(normal, along, f32x4.sub(g, mean));
        storeLanes(dx + from + at, f32x4.mul(rest, inverse), lanes);
      }
    }
  }
}

/** dScale and dOffset [2][features] out of `count` tasks' sums; one task. */
export function layerNormTotals(
  begin: i32,
  end: i32,
  scratch: usize,
  count: i32,
  features: i32,
  partial: usize,
  dScale: usize,
  dOffset: usize,
): void {
  const stride = <usize>features * FLOAT;
  for (let i: usize = 0; i < stride; i += FLOAT) {
    let scale: f64 = 0;
    let offset: f64 = 0;
    for (let task = 0; task < count; task++) {
      const at = partial + <usize>(2 * task) * stride + i;
      scale += <f64>load<f32>(at);
      offset += <f64>load<f32>(at + stride);
    }
    store<f32>(dScale + i, <f32>scale);
    store<f32>(dOffset + i, <f32>offset);
  }
}
