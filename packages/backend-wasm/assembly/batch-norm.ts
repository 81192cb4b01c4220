import { loadLanes, storeLanes } from "./lanes";
import { FLOAT, multiplyAdd } from "./simd";

/*
 * x is [rows][channels] for any number of channels. Tasks are groups of `rowsPerTask` rows, few enough that they stay in the
 * cache; how many there are must not depend on the number of threads, or the sums' rounding would.
 */

/** The mean and the sum of squared deviations of each channel in each task's rows, `partial` [tasks][2][channels]. */
export function batchNormStatistics(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  channels: i32,
  rowsPerTask: i32,
  x: usize,
  partial: usize,
): void {
  const stride = <usize>channels * FLOAT;
  for (let task = begin; task < end; task++) {
    const count = min(rowsPerTask, rows - task * rowsPerTask);
    const from = x + <usize>(task * rowsPerTask) * stride;
    const means = partial + <usize>(2 * task) * stride;
    const share = f32x4.splat(<f32>(1.0 / <f64>count));
    sumRows(from, count, channels, means);
    for (let c = 0; c < channels; c += 4) {
      const at = means + <usize>c * FLOAT;
      storeLanes(at, f32x4.mul(loadLanes(at, channels - c), share), channels - c);
    }
    // About the mean of these rows: E[x²] − E[x]² would cancel where the mean is large beside the deviation.
    sumSquares(from, count, channels, means, means + stride);
  }
}

/**
 * The mean and the biased variance of each channel out of what `batchNormStatistics` found (Chan et al. 1979); one task. Running
 * statistics, unless their address is 0, move to new ones: of the variance towards the unbiased one.
 */
export function batchNormMoments(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  channels: i32,
  rowsPerTask: i32,
  partial: usize,
  mean: usize,
  variance: usize,
  momentum: f64,
  runningMean: usize,
  runningVariance: usize,
  newMean: usize,
  newVariance: usize,
): void {
  const stride = <usize>channels * FLOAT;
  for (let c = 0; c < channels; c++) {
    const at = <usize>c * FLOAT;
    let from = partial + at;
    let total: f64 = 0;
    let squares: f64 = 0;
    let seen: f64 = 0;
    for (let row = 0; row < rows; row += rowsPerTask) {
      const count = <f64>min(rowsPerTask, rows - row);
      const difference = <f64>load<f32>(from) - total;
      total += (difference * count) / (seen + count);
      squares += <f64>load<f32>(from + stride) + (difference * difference * seen * count) / (seen + count);
      seen += count;
      from += 2 * stride;
    }
    store<f32>(mean + at, <f32>total);
    store<f32>(variance + at, <f32>(squares / seen));
    if (runningMean != 0) {
      const unbiased = squares / (seen - 1);
      store<f32>(newMean + at, towards(runningMean + at, total, momentum));
      store<f32>(newVariance + at, towards(runningVariance + at, unbiased, momentum));
    }
  }
}

function towards(from: usize, to: f64, part: f64): f32 {
  return <f32>((1 - part) * <f64>load<f32>(from) + part * to);
}

/** y = (x − mean) / √(variance + ε) · scale + offset, then + residual unless that is 0, then max(0, ·) if `relu`. */
export function batchNormApply(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  channels: i32,
  rowsPerTask: i32,
  x: usize,
  mean: usize,
  variance: usize,
  scale: usize,
  offset: usize,
  epsilon: f64,
  residual: usize,
  relu: i32,
  y: usize,
): void {
  const stride = <usize>channels * FLOAT;
  const least = f32x4.splat(relu ? 0 : -Infinity);
  for (let c: usize = 0; c < stride; c += FLOAT) {
    const factor = <f64>load<f32>(scale + c) / sqrt(<f64>load<f32>(variance + c) + epsilon);
    store<f32>(scratch + c, <f32>factor);
  }
  const whole = <usize>(channels & ~3) * FLOAT;
  const rest = channels & 3;
  const last = min(rows, end * rowsPerTask);
  for (let row = begin * rowsPerTask; row < last; row++) {
    const from = <usize>row * stride;
    if (residual != 0) {
      for (let at: usize = 0; at < whole; at += 16) {
        const centered = f32x4.sub(v128.load(x + from + at), v128.load(mean + at));
        const value = multiplyAdd(centered, v128.load(scratch + at), v128.load(offset + at));
        // NaN stays NaN, as pmax returns its first operand unless the second is larger.
        v128.store(y + from + at, f32x4.pmax(f32x4.add(value, v128.load(residual + from + at)), least));
      }
    } else {
      for (let at: usize = 0; at < whole; at += 16) {
        const centered = f32x4.sub(v128.load(x + from + at), v128.load(mean + at));
        const value = multiplyAdd(centered, v128.load(scratch + at), v128.load(offset + at));
        v128.store(y + from + at, f32x4.pmax(value, least));
      }
    }
    if (rest == 0) continue;
    const at = from + whole;
    const centered = f32x4.sub(loadLanes(x + at, rest), loadLanes(mean + whole, rest));
    let value = multiplyAdd(centered, loadLanes(scratch + whole, rest), loadLanes(offset + whole, rest));
    if (residual != 0) value = f32x4.add(value, loadLanes(residual + at, rest));
    storeLanes(y + at, f32x4.pmax(value, least), rest);
  }
}

function sumRows(from: usize, count: i32, channels: i32, sums: usize): void {
  const stride = <usize>channels * FLOAT;
  for (let c: usize = 0; c < stride; c += FLOAT) store<f32>(sums + c, 0);
  let row = 0;
  // Four rows at a time, for a quarter of the traffic to the sums.
  for (; row + 4 <= count; row += 4) {
    for (let c = 0; c < channels; c += 4) {
      const at = from + <usize>c * FLOAT;
      const sum = sums + <usize>c * FLOAT;
      const lanes = channels - c;
      const upper = f32x4.add(loadLanes(at, lanes), loadLanes(at + stride, lanes));
      const lower = f32x4.add(loadLanes(at + 2 * stride, lanes), loadLanes(at + 3 * stride, lanes));
      storeLanes(sum, f32x4.add(loadLanes(sum, lanes), f32x4.add(upper, lower)), lanes);
    }
    from += 4 * stride;
  }
  for (; row < count; row++) {
    for (let c: usize = 0; c < stride; c += FLOAT)
      store<f32>(sums + c, load<f32>(sums + c) + load<f32>(from + c));
    from += stride;
  }
}

function sumSquares(from: usize, count: i32, channels: i32, means: usize, sums: usize): void {
  const stride = <usize>channels * FLOAT;
  for (let c: usize = 0; c < stride; c += FLOAT) store<f32>(sums + c, 0);
  let row = 0;
  for (; row + 4 <= count; row += 4) {
    for (let c = 0; c < channels; c += 4) {
      const at = from + <usize>c * FLOAT;
      const sum = sums + <usize>c * FLOAT;
      const lanes = channels - c;
      const mean = loadLanes(means + <usize>c * FLOAT, lanes);
      const d0 = f32x4.sub(loadLanes(at, lanes), mean);
      const d1 = f32x4.sub(loadLanes(at + stride, lanes), mean);
      const d2 = f32x4.sub(loadLanes(at + 2 * stride, lanes), mean);
      const d3 = f32x4.sub(loadLanes(at + 3 * stride, lanes), mean);
      const upper = multiplyAdd(d0, d0, f32x4.mul(d1, d1));
      const lower = multiplyAdd(d2, d2, f32x4.mul(d3, d3));
      storeLanes(sum, f32x4.add(loadLanes(sum, lanes), f32x4.add(upper, lower)), lanes);
    }
    from += 4 * stride;
  }
  for (; row < count; row++) {
    for (let c: usize = 0; c < stride; c += FLOAT) {
      const difference = load<f32>(from + c) - load<f32>(means + c);
      store<f32>(sums + c, load<f32>(sums + c) + difference * difference);
    }
    from += stride;
  }
}
