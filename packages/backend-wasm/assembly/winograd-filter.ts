import { FLOAT, scale, TILE_COLUMNS } from "./simd";
import { TRANSFORM_SCRATCH } from "./winograd-tiles";

const VECTOR: usize = 16;
const SIXTH: f32 = 1.0 / 6.0;
const TWELFTH: f32 = 1.0 / 12.0;
const TWENTY_FOURTH: f32 = 1.0 / 24.0;

/** What the transforms of filters take of scratch memory for each thread. */
export function filterScratch(): usize {
  return TRANSFORM_SCRATCH;
}

/**
 * Transforms a filter [3][3][channels][columns], G g Gᵀ, and packs each frequency as the right matrix of a product: of depth
 * `channels`, or, if `flipped`, turned by 180° and transposed, of depth `columns`, for the gradient of the input.
 *
 * Tasks are groups of eight channels.
 */
export function transformFilter(
  begin: i32,
  end: i32,
  scratch: usize,
  channels: i32,
  columns: i32,
  filter: usize,
  flipped: i32,
  packed: usize,
): void {
  const tap = <usize>(channels * columns) * FLOAT;
  const stride = frequencyStride(flipped ? columns : channels, flipped ? channels : columns);
  for (let channel = begin * 8; channel < min(channels, end * 8); channel++) {
    for (let column = 0; column < columns; column += 4) {
      const from = filter + <usize>(channel * columns + column) * FLOAT;
      for (let j: usize = 0; j < 3; j++) {
        const at = from + (flipped ? 2 - j : j) * tap;
        const first = v128.load(at + (flipped ? 6 * tap : 0));
        const last = v128.load(at + (flipped ? 0 : 6 * tap));
        transformTaps(first, v128.load(at + 3 * tap), last, scratch + j * VECTOR, 3 * VECTOR);
      }
      // A line of frequencies at a time, behind the first transform's 6×3 vectors.
      const line = scratch + 18 * VECTOR;
      for (let i: usize = 0; i < 6; i++) {
        const at = scratch + i * 3 * VECTOR;
        transformTaps(v128.load(at), v128.load(at, 16), v128.load(at, 32), line, VECTOR);
        if (flipped) scatter(line, packed + i * 6 * stride + panelOffset(channel, column, columns), stride);
        else gather(line, packed + i * 6 * stride + panelOffset(column, channel, channels), stride);
      }
    }
  }
}

/** Bytes of one frequency of a packed filter. */
function frequencyStride(depth: i32, columns: i32): usize {
  return <usize>(((columns + TILE_COLUMNS - 1) / TILE_COLUMNS) * TILE_COLUMNS * depth) * FLOAT;
}

/** Where a value of the right matrix lies within its frequency. */
function panelOffset(column: i32, row: i32, depth: i32): usize {
  return <usize>(((column >> 3) * depth + row) * TILE_COLUMNS + (column & 7)) * FLOAT;
}

/** Six vectors of four neighbouring columns. */
function gather(line: usize, to: usize, stride: usize): void {
  for (let j: usize = 0; j < 6; j++) v128.store(to + j * stride, v128.load(line + j * VECTOR));
}

/** Six vectors of four neighbouring rows. */
function scatter(line: usize, to: usize, stride: usize): void {
  for (let j: usize = 0; j < 6; j++) {
    const value = v128.load(line + j * VECTOR);
    v128.store32_lane(to, value, 0);
    v128.store32_lane(to, value, 1, 32);
    v128.store32_lane(to, value, 2, 64);
    v128.store32_lane(to, value, 3, 96);
    to += stride;
  }
}

/** G g for one line of three. */
function transformTaps(g0: v128, g1: v128, g2: v128, to: usize, stride: usize): void {
  const even = scale(-SIXTH, f32x4.add(g0, g2));
  const odd = scale(SIXTH, g1);
  const evenTwice = f32x4.add(scale(TWENTY_FOURTH, g0), scale(SIXTH, g2));
  const oddTwice = scale(TWELFTH, g1);
  v128.store(to, scale(0.25, g0));
  v128.store(to + stride, f32x4.sub(even, odd));
  v128.store(to + 2 * stride, f32x4.add(even, odd));
  v128.store(to + 3 * stride, f32x4.add(evenTwice, oddTwice));
  v128.store(to + 4 * stride, f32x4.sub(evenTwice, oddTwice));
  v128.store(to + 5 * stride, g2);
}

/**
 * The transpose, Gᵀ u G: the gradient [36][count] of a transformed filter to that of the filter, [9][count].
 *
 * Tasks are groups of four values.
 */
export function transformFilterGradient(
  begin: i32,
  end: i32,
  scratch: usize,
  count: i32,
  transformed: usize,
  gradient: usize,
): void {
  const stride = <usize>count * FLOAT;
  for (let i = begin; i < end; i++) {
    const from = transformed + <usize>i * VECTOR;
    const to = gradient + <usize>i * VECTOR;
    for (let row: usize = 0; row < 6; row++) {
      collectTaps(from + row * 6 * stride, stride, scratch + row * VECTOR, 6 * VECTOR);
    }
    for (let column: usize = 0; column < 3; column++) {
      collectTaps(scratch + column * 6 * VECTOR, VECTOR, to + column * stride, 3 * stride);
    }
  }
}

/** Gᵀu for one line of six. */
function collectTaps(from: usize, fromStride: usize, to: usize, stride: usize): void {
  const u0 = v128.load(from);
  const u1 = v128.load(from + fromStride);
  const u2 = v128.load(from + 2 * fromStride);
  const u3 = v128.load(from + 3 * fromStride);
  const u4 = v128.load(from + 4 * fromStride);
  const u5 = v128.load(from + 5 * fromStride);
  const inner = scale(-SIXTH, f32x4.add(u1, u2));
  const outer = f32x4.add(u3, u4);
  v128.store(to, f32x4.add(scale(0.25, u0), f32x4.add(inner, scale(TWENTY_FOURTH, outer))));
  v128.store(to + stride, f32x4.add(scale(SIXTH, f32x4.sub(u2, u1)), scale(TWELFTH, f32x4.sub(u3, u4))));
  v128.store(to + 2 * stride, f32x4.add(f32x4.add(inner, scale(SIXTH, outer)), u5));
}
