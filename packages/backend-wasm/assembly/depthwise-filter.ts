import { loadLanes, storeLanes } from "./lanes";
import { FLOAT, multiplyAdd } from "./simd";

/**
 * Each task's share of the gradient of a depthwise filter, `partial` [tasks][taps][channels]; `table` is that of
 * `depthwise`.
 *
 * Tasks are groups of `rowsPerTask` rows of dy.
 */
export function depthwiseFilterSums(
  begin: i32,
  end: i32,
  scratch: usize,
  images: i32,
  height: i32,
  width: i32,
  outHeight: i32,
  outWidth: i32,
  strideY: i32,
  strideX: i32,
  taps: i32,
  table: usize,
  channels: i32,
  rowsPerTask: i32,
  x: usize,
  dy: usize,
  partial: usize,
): void {
  const pixel = <usize>channels * FLOAT;
  const gradient = <usize>channels * FLOAT;
  for (let task = begin; task < end; task++) {
    const sums = partial + <usize>(task * taps) * gradient;
    memory.fill(sums, 0, <usize>taps * gradient);
    for (let row = task * rowsPerTask; row < min(images * outHeight, (task + 1) * rowsPerTask); row++) {
      const image = row / outHeight;
      for (let tap = 0; tap < taps; tap++) {
        const place = table + <usize>(3 * tap) * 4;
        const down = (row % outHeight) * strideY + load<i32>(place);
        if (<u32>down >= <u32>height) continue;
        const column = load<i32>(place, 4);
        const first = max(0, (strideX - 1 - column) / strideX);
        const last = min(outWidth, column < width ? (width - 1 - column) / strideX + 1 : 0);
        if (first >= last) continue;
        sumProducts(
          x + <usize>((image * height + down) * width + first * strideX + column) * pixel,
          <usize>strideX * pixel,
          dy + <usize>(row * outWidth + first) * gradient,
          last - first,
          channels,
          sums + <usize>tap * gradient,
        );
      }
    }
  }
}

/** Adds the products of `count` pixels to the sums of each channel. */
function sumProducts(x: usize, stride: usize, dy: usize, count: i32, channels: i32, sums: usize): void {
  const gradient = <usize>channels * FLOAT;
  let c = 0;
  for (; c + 16 <= channels; c += 16) {
    const at = <usize>c * FLOAT;
    let source = x + at;
    let weights = dy + at;
    let sum0 = v128.load(sums + at);
    let sum1 = v128.load(sums + at, 16);
    let sum2 = v128.load(sums + at, 32);
    let sum3 = v128.load(sums + at, 48);
    for (let i = 0; i < count; i++) {
      sum0 = multiplyAdd(v128.load(source), v128.load(weights), sum0);
      sum1 = multiplyAdd(v128.load(source, 16), v128.load(weights, 16), sum1);
      sum2 = multiplyAdd(v128.load(source, 32), v128.load(weights, 32), sum2);
      sum3 = multiplyAdd(v128.load(source, 48), v128.load(weights, 48), sum3);
      source += stride;
      weights += gradient;
    }
    v128.store(sums + at, sum0);
    v128.store(sums + at, sum1, 16);
    v128.store(sums + at, sum2, 32);
    v128.store(sums + at, sum3, 48);
  }
  for (; c < channels; c += 4) {
    const at = <usize>c * FLOAT;
    const lanes = channels - c;
    let source = x + at;
    let weights = dy + at;
    let sum = loadLanes(sums + at, lanes);
    for (let i = 0; i < count; i++) {
      sum = multiplyAdd(loadLanes(source, lanes), loadLanes(weights, lanes), sum);
      source += stride;
      weights += gradient;
    }
    storeLanes(sums + at, sum, lanes);
  }
}
