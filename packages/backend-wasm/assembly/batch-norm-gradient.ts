import { loadLanes, storeLanes } from "./lanes";
import { FLOAT, multiplyAdd } from "./simd";

/*
 * With g the gradient of the sum that the relu cut, x̂ = (x − mean) / σ and n rows:
 *
 *     dOffset = Σ g,   dScale = Σ g x̂,   dx = scale/σ · (g − dOffset/n − x̂ dScale/n)
 *
 * Rows, channels and tasks are as in batch-norm.ts.
 */

/**
 * Each task's Σ g and Σ g (x − mean), `partial` [tasks][2][channels]. g is dy, where y > 0 if there was a relu; else y is 0.
 * It is stored at `dSum` unless that is 0.
 */
export function batchNormGradientSums(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  channels: i32,
  rowsPerTask: i32,
  x: usize,
  dy: usize,
  y: usize,
  mean: usize,
  partial: usize,
  dSum: usize,
): void {
  const stride = <usize>channels * FLOAT;
  for (let task = begin; task < end; task++) {
    const sums = partial + <usize>(2 * task) * stride;
    for (let c: usize = 0; c < 2 * stride; c += FLOAT) store<f32>(sums + c, 0);
    const last = min(rows, (task + 1) * rowsPerTask);
    let row = task * rowsPerTask;
    let at = <usize>row * stride;
    // Four rows at a time, for a quarter of the traffic to the sums.
    if (channels % 4 == 0) {
      for (; row + 4 <= last; row += 4) {
        addFourRows(channels, x + at, dy + at, y == 0 ? 0 : y + at, mean, sums, dSum == 0 ? 0 : dSum + at);
        at += 4 * stride;
      }
    }
    for (; row < last; row++) {
      addRow(channels, x + at, dy + at, y == 0 ? 0 : y + at, mean, sums, dSum == 0 ? 0 : dSum + at);
      at += stride;
    }
  }
}

function addFourRows(
  channels: i32,
  x: usize,
  dy: usize,
  y: usize,
  mean: usize,
  sums: usize,
  dSum: usize,
): void {
  const stride = <usize>channels * FLOAT;
  const zero = f32x4.splat(0);
  for (let c: usize = 0; c < stride; c += 16) {
    const center = v128.load(mean + c);
    let sum = v128.load(sums + c);
    let product = v128.load(sums + stride + c);
    let at = c;
    for (let i = 0; i < 4; i++) {
      let g = v128.load(dy + at);
      if (y != 0) g = v128.and(g, f32x4.gt(v128.load(y + at), zero));
      if (dSum != 0) v128.store(dSum + at, g);
      sum = f32x4.add(sum, g);
      product = multiplyAdd(g, f32x4.sub(v128.load(x + at), center), product);
      at += stride;
    }
    v128.store(sums + c, sum);
    v128.store(sums + stride + c, product);
  }
}

function addRow(channels: i32, x: usize, dy: usize, y: usize, mean: usize, sums: usize, dSum: usize): void {
  const stride = <usize>channels * FLOAT;
  const zero = f32x4.splat(0);
  for (let c = 0; c < channels; c += 4) {
    const at = <usize>c * FLOAT;
    const lanes = channels - c;
    let g = loadLanes(dy + at, lanes);
    if (y != 0) g = v128.and(g, f32x4.gt(loadLanes(y + at, lanes), zero));
    if (dSum != 0) storeLanes(dSum + at, g, lanes);
    const centered = f32x4.sub(loadLanes(x + at, lanes), loadLanes(mean + at, lanes));
    const sum = sums + at;
    storeLanes(sum, f32x4.add(loadLanes(sum, lanes), g), lanes);
    storeLanes(sum + stride, multiplyAdd(g, centered, loadLanes(sum + stride, lanes)), lanes);
  }
}

/**
 * dScale and dOffset out of these sums, and for `batchNormGradientInput` the `coefficients` [3][channels]: dOffset/n,
 * dScale/(σ n) and scale/σ; one task.
 */
export function batchNormGradientTotals(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  channels: i32,
  rowsPerTask: i32,
  partial: usize,
  variance: usize,
  scale: usize,
  epsilon: f64,
  dScale: usize,
  dOffset: usize,
  coefficients: usize,
): void {
  const stride = <usize>channels * FLOAT;
  for (let c: usize = 0; c < stride; c += FLOAT) {
    let sum: f64 = 0;
    let products: f64 = 0;
    let from = partial + c;
    for (let row = 0; row < rows; row += rowsPerTask) {
      sum += <f64>load<f32>(from);
      products += <f64>load<f32>(from + stride);
      from += 2 * stride;
    }
    const inverse = 1 / sqrt(<f64>load<f32>(variance + c) + epsilon);
    store<f32>(dScale + c, <f32>(products * inverse));
    store<f32>(dOffset + c, <f32>sum);
    store<f32>(coefficients + c, <f32>(sum / rows));
    store<f32>(coefficients + stride + c, <f32>((products * inverse * inverse) / rows));
    store<f32>(coefficients + 2 * stride + c, <f32>(<f64>load<f32>(scale + c) * inverse));
  }
}

/** dx; g is dy where y > 0, or dy alone if y is 0. */
export function batchNormGradientInput(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  channels: i32,
  rowsPerTask: i32,
  x: usize,
  dy: usize,
  y: usize,
  mean: usize,
  coefficients: usize,
  dx: usize,
): void {
  const stride = <usize>channels * FLOAT;
  const zero = f32x4.splat(0);
  const last = min(rows, end * rowsPerTask);
  // Whole vectors without a look at each: the last of a row is the one that may be cut.
  const whole = <usize>(channels & ~3) * FLOAT;
  const rest = channels & 3;
  for (let row = begin * rowsPerTask; row < last; row++) {
    const from = <usize>row * stride;
    if (y != 0) {
      for (let c: usize = 0; c < whole; c += 16) {
        const g = v128.and(v128.load(dy + from + c), f32x4.gt(v128.load(y + from + c), zero));
        v128.store(
          dx + from + c,
          inputGradient(g, v128.load(x + from + c), mean, coefficients, stride, c, 4),
        );
      }
    } else {
      for (let c: usize = 0; c < whole; c += 16) {
        const g = v128.load(dy + from + c);
        v128.store(
          dx + from + c,
          inputGradient(g, v128.load(x + from + c), mean, coefficients, stride, c, 4),
        );
      }
    }
    if (rest == 0) continue;
    const at = from + whole;
    let g = loadLanes(dy + at, rest);
    if (y != 0) g = v128.and(g, f32x4.gt(loadLanes(y + at, rest), zero));
    const value = inputGradient(g, loadLanes(x + at, rest), mean, coefficients, stride, whole, rest);
    storeLanes(dx + at, value, rest);
  }
}

/** Of the channels at byte `c`. */
function inputGradient(
  g: v128,
  x: v128,
  mean: usize,
  coefficients: usize,
  stride: usize,
  c: usize,
  lanes: i32,
): v128 {
  const shifted = f32x4.sub(g, loadLanes(coefficients + c, lanes));
  const slope = loadLanes(coefficients + stride + c, lanes);
  const inner = f32x4.sub(shifted, f32x4.mul(f32x4.sub(x, loadLanes(mean + c, lanes)), slope));
  return f32x4.mul(inner, loadLanes(coefficients + 2 * stride + c, lanes));
}
