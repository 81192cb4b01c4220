import { loadLanes, storeLanes } from "./lanes";
import { FLOAT } from "./simd";

/**
 * Average pooling, over what of a window lies inside of the image, or max pooling if `largest`, for which NaN is never the
 * largest.
 *
 * x is [images][height][width][channels], y [images][outHeight][outWidth][channels]. Tasks are groups of `rowsPerTask` rows of y.
 */
export function pool(
  begin: i32,
  end: i32,
  scratch: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideY: i32,
  strideX: i32,
  padTop: i32,
  padLeft: i32,
  largest: i32,
  rowsPerTask: i32,
  x: usize,
  y: usize,
): void {
  const pixel = <usize>channels * FLOAT;
  const row = <usize>width * pixel;
  for (let outRow = begin * rowsPerTask; outRow < min(images * outHeight, end * rowsPerTask); outRow++) {
    const top = (outRow % outHeight) * strideY - padTop;
    const firstRow = max(0, top);
    const rows = max(0, min(height, top + windowHeight) - firstRow);
    const image = x + <usize>((outRow / outHeight) * height + firstRow) * row;
    let to = y + <usize>(outRow * outWidth) * pixel;
    for (let column = 0; column < outWidth; column++) {
      const left = column * strideX - padLeft;
      const firstColumn = max(0, left);
      const columns = max(0, min(width, left + windowWidth) - firstColumn);
      const from = image + <usize>firstColumn * pixel;
      if (largest) findLargest(from, rows, columns, row, pixel, channels, to);
      else average(from, rows, columns, row, pixel, channels, to);
      to += pixel;
    }
  }
}

function findLargest(
  from: usize,
  rows: i32,
  columns: i32,
  row: usize,
  pixel: usize,
  channels: i32,
  to: usize,
): void {
  let c = 0;
  for (; c + 16 <= channels; c += 16) {
    const at = <usize>c * FLOAT;
    let best0 = f32x4.splat(-Infinity);
    let best1 = f32x4.splat(-Infinity);
    let best2 = f32x4.splat(-Infinity);
    let best3 = f32x4.splat(-Infinity);
    for (let i = 0; i < rows; i++) {
      let source = from + <usize>i * row + at;
      for (let j = 0; j < columns; j++) {
        // The first operand, unless the second is larger, which NaN is not.
        best0 = f32x4.pmax(best0, v128.load(source));
        best1 = f32x4.pmax(best1, v128.load(source, 16));
        best2 = f32x4.pmax(best2, v128.load(source, 32));
        best3 = f32x4.pmax(best3, v128.load(source, 48));
        source += pixel;
      }
    }
    v128.store(to + at, best0);
    v128.store(to + at, best1, 16);
    v128.store(to + at, best2, 32);
    v128.store(to + at, best3, 48);
  }
  for (; c < channels; c += 4) {
    const at = <usize>c * FLOAT;
    let best = f32x4.splat(-Infinity);
    for (let i = 0; i < rows; i++) {
      let source = from + <usize>i * row + at;
      for (let j = 0; j < columns; j++) {
        best = f32x4.pmax(best, loadLanes(source, channels - c));
        source += pixel;
      }
    }
    storeLanes(to + at, best, channels - c);
  }
}

function average(
  from: usize,
  rows: i32,
  columns: i32,
  row: usize,
  pixel: usize,
  channels: i32,
  to: usize,
): void {
  const share = f32x4.splat(<f32>1 / <f32>(rows * columns));
  let c = 0;
  for (; c + 16 <= channels; c += 16) {
    const at = <usize>c * FLOAT;
    let sum0 = f32x4.splat(0);
    let sum1 = f32x4.splat(0);
    let sum2 = f32x4.splat(0);
    let sum3 = f32x4.splat(0);
    for (let i = 0; i < rows; i++) {
      let source = from + <usize>i * row + at;
      for (let j = 0; j < columns; j++) {
        sum0 = f32x4.add(sum0, v128.load(source));
        sum1 = f32x4.add(sum1, v128.load(source, 16));
        sum2 = f32x4.add(sum2, v128.load(source, 32));
        sum3 = f32x4.add(sum3, v128.load(source, 48));
        source += pixel;
      }
    }
    v128.store(to + at, f32x4.mul(sum0, share));
    v128.store(to + at, f32x4.mul(sum1, share), 16);
    v128.store(to + at, f32x4.mul(sum2, share), 32);
    v128.store(to + at, f32x4.mul(sum3, share), 48);
  }
  for (; c < channels; c += 4) {
    const at = <usize>c * FLOAT;
    let sum = f32x4.splat(0);
    for (let i = 0; i < rows; i++) {
      let source = from + <usize>i * row + at;
      for (let j = 0; j < columns; j++) {
        sum = f32x4.add(sum, loadLanes(source, channels - c));
        source += pixel;
      }
    }
    storeLanes(to + at, f32x4.mul(sum, share), channels - c);
  }
}
