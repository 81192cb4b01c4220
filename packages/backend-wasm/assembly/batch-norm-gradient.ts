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
  const zero = f32x4.splat(0);
  for (let task = begin; task < end; task++) {
    const sums = partial + <usize>(2 * task) * stride;
    for (let c: usize = 0; c < 2 * stride; c += FLOAT) store<f32>(sums + c, 0);
    const last = min(rows, (task + 1) * rowsPerTask);
    // Two rows at a time, for half of the traffic to the sums.
    for (let row = task * rowsPerTask; row < last; row += 2) {
      const from = <usize>row * stride;
      const pair = row + 1 < last;
      for (let c = 0; c < channels; c += 4) {
        const lanes = channels - c;
        const at = from + <usize>c * FLOAT;
        const sum = sums + <usize>c * FLOAT;
        const center = loadLanes(mean + <usize>c * FLOAT, lanes);
        let g = loadLanes(dy + at, lanes);
        if (y != 0) g = v128.and(g, f32x4.gt(loadLanes(y + at, lanes), zero));
        if (dSum != 0) storeLanes(dSum + at, g, lanes);
        let product = f32x4.mul(g, f32x4.sub(loadLanes(x + at, lanes), center));
        if (pair) {
          const next = at + stride;
          let h = loadLanes(dy + next, lanes);
          if (y != 0) h = v128.and(h, f32x4.gt(loadLanes(y + next, lanes), zero));
          if (dSum != 0) storeLanes(dSum + next, h, lanes);
          product = multiplyAdd(h, f32x4.sub(loadLanes(x + next, lanes), center), product);
          g = f32x4.add(g, h);
        }
        storeLanes(sum, f32x4.add(loadLanes(sum, lanes), g), lanes);
        storeLanes(sum + stride, f32x4.add(loadLanes(sum + stride, lanes), product), lanes);
      }
    }
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
  for (let row = begin * rowsPerTask; row < min(rows, end * rowsPerTask); row++) {
    const from = <usize>row * stride;
    for (let c = 0; c < channels; c += 4) {
      const lanes = channels - c;
      const channel = <usize>c * FLOAT;
      const at = from + channel;
      let g = loadLanes(dy + at, lanes);
      if (y != 0) g = v128.and(g, f32x4.gt(loadLanes(y + at, lanes), zero));
      const centered = f32x4.sub(loadLanes(x + at, lanes), loadLanes(mean + channel, lanes));
      const slope = loadLanes(coefficients + stride + channel, lanes);
      const shifted = f32x4.sub(g, loadLanes(coefficients + channel, lanes));
      const inner = f32x4.sub(shifted, f32x4.mul(centered, slope));
      storeLanes(dx + at, f32x4.mul(inner, loadLanes(coefficients + 2 * stride + channel, lanes)), lanes);
    }
  }
}
