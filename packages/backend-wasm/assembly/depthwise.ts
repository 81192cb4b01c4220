import { loadLanes, storeLanes } from "./lanes";
import { FLOAT, multiplyAdd } from "./simd";

/** Bytes of an entry of the list of taps that meet a pixel: the source pixel's distance, the address of the weights. */
const ENTRY: usize = 8;

/**
 * y[pixel][channel] = Σ over taps of x[pixel + tap][channel] · filter[tap][channel], where the tap lies inside of x.
 *
 * The grid's pixels, `gridHeight` × `gridWidth` for each image, lie `strideY`, `strideX` apart in x, and `stepY`, `stepX`
 * apart from `fromY`, `fromX` on in y. `table` holds a tap's rows, columns and number in the filter, 32 bits each.
 *
 * `channels` are the filter's and x's; those of y are the sums of `fold` neighbours.
 *
 * Tasks are groups of `rowsPerTask` rows of the grid. Scratch memory holds an entry for each tap and a float for each channel.
 */
export function depthwise(
  begin: i32,
  end: i32,
  scratch: usize,
  images: i32,
  height: i32,
  width: i32,
  gridHeight: i32,
  gridWidth: i32,
  strideY: i32,
  strideX: i32,
  taps: i32,
  table: usize,
  outHeight: i32,
  outWidth: i32,
  stepY: i32,
  stepX: i32,
  fromY: i32,
  fromX: i32,
  channels: i32,
  fold: i32,
  rowsPerTask: i32,
  x: usize,
  filter: usize,
  y: usize,
): void {
  const pixel = <usize>channels * FLOAT;
  const result = <usize>(channels / fold) * FLOAT;
  const sums = scratch + <usize>taps * ENTRY;
  // Columns that every tap meets: their lists are the same.
  let first = 0;
  let last = gridWidth;
  for (let tap = 0; tap < taps; tap++) {
    const column = load<i32>(table + <usize>(3 * tap) * 4, 4);
    first = max(first, (strideX - 1 - column) / strideX);
    last = min(last, column < width ? (width - 1 - column) / strideX + 1 : 0);
  }
  for (let row = begin * rowsPerTask; row < min(images * gridHeight, end * rowsPerTask); row++) {
    const image = row / gridHeight;
    const down = row % gridHeight;
    const top = down * strideY;
    let from = x + <usize>((image * height + top) * width) * pixel;
    let to = y + <usize>((image * outHeight + fromY + down * stepY) * outWidth + fromX) * result;
    let count = 0;
    for (let column = 0; column < gridWidth; column++) {
      if (column <= first || column >= last) {
        const left = column * strideX;
        count = listTaps(scratch, taps, table, height, width, top, left, pixel, filter, channels);
      }
      sumTaps(scratch, count, from, channels, fold == 1 ? to : sums);
      if (fold > 1) foldSums(sums, channels, fold, to);
      from += <usize>strideX * pixel;
      to += <usize>stepX * result;
    }
  }
}

/** Lists the taps inside of x around the pixel at `top`, `left`; returns how many. */
function listTaps(
  list: usize,
  taps: i32,
  table: usize,
  height: i32,
  width: i32,
  top: i32,
  left: i32,
  pixel: usize,
  filter: usize,
  channels: i32,
): i32 {
  let count = 0;
  for (let tap = 0; tap < taps; tap++) {
    const row = load<i32>(table);
    const column = load<i32>(table, 4);
    if (<u32>(top + row) < <u32>height && <u32>(left + column) < <u32>width) {
      // A negative distance wraps, as does the sum that it is part of.
      store<u32>(list, <u32>((row * width + column) * <i32>pixel));
      store<u32>(list, <u32>(filter + <usize>(load<i32>(table, 8) * channels) * FLOAT), 4);
      list += ENTRY;
      count++;
    }
    table += 12;
  }
  return count;
}

function sumTaps(list: usize, count: i32, from: usize, channels: i32, to: usize): void {
  const end = list + <usize>count * ENTRY;
  let c = 0;
  for (; c + 16 <= channels; c += 16) {
    const at = <usize>c * FLOAT;
    let sum0 = f32x4.splat(0);
    let sum1 = f32x4.splat(0);
    let sum2 = f32x4.splat(0);
    let sum3 = f32x4.splat(0);
    for (let entry = list; entry < end; entry += ENTRY) {
      const source = from + <usize>load<u32>(entry) + at;
      const weights = <usize>load<u32>(entry, 4) + at;
      sum0 = multiplyAdd(v128.load(source), v128.load(weights), sum0);
      sum1 = multiplyAdd(v128.load(source, 16), v128.load(weights, 16), sum1);
      sum2 = multiplyAdd(v128.load(source, 32), v128.load(weights, 32), sum2);
      sum3 = multiplyAdd(v128.load(source, 48), v128.load(weights, 48), sum3);
    }
    v128.store(to + at, sum0);
    v128.store(to + at, sum1, 16);
    v128.store(to + at, sum2, 32);
    v128.store(to + at, sum3, 48);
  }
  for (; c < channels; c += 4) {
    const at = <usize>c * FLOAT;
    const lanes = channels - c;
    let sum = f32x4.splat(0);
    for (let entry = list; entry < end; entry += ENTRY) {
      const source = from + <usize>load<u32>(entry) + at;
      const weights = loadLanes(<usize>load<u32>(entry, 4) + at, lanes);
      sum = multiplyAdd(loadLanes(source, lanes), weights, sum);
    }
    storeLanes(to + at, sum, lanes);
  }
}

function foldSums(sums: usize, channels: i32, fold: i32, to: usize): void {
  for (let c = 0; c < channels; c += fold) {
    let sum: f32 = 0;
    for (let i = 0; i < fold; i++) {
      sum += load<f32>(sums);
      sums += FLOAT;
    }
    store<f32>(to, sum);
    to += FLOAT;
  }
}
