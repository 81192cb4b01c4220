import { FLOAT, multiplyAdd, scale } from "./simd";

/*
 * Winograd's minimal filtering F(4×4, 3×3) with the points 0, ±1, ±2, ∞ (Lavin & Gray 2015, arXiv 1509.09308): a tile of
 * 4×4 outputs comes of 6×6 inputs with 36 multiplications a channel instead of 144. Transforms work on four channels at a
 * time, first along the columns of a tile into 6×6 vectors of scratch memory, then along the rows.
 */

/** Frequencies of a tile. */
export const FREQUENCIES: i32 = 36;

/** Outputs of a tile along an edge. */
export const TILE: i32 = 4;

/** Scratch memory for a transform: 6×6 vectors, then the addresses of 6×6 pixels. */
export const TRANSFORM_SCRATCH: usize = 1024;

const VECTOR: usize = 16;
const ROW: usize = 6 * VECTOR;
const ADDRESSES: usize = 36 * VECTOR;

/**
 * Transforms the 6×6 pixels at (top, left) of an image; those outside are 0. Frequency f of all channels goes to
 * `to + f · stride`.
 */
export function transformPixels(
  scratch: usize,
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  to: usize,
  stride: usize,
  zeros: usize,
): void {
  findPixels(scratch, 6, image, height, width, channels, top, left, zeros);
  for (let c: usize = 0; c < <usize>channels * FLOAT; c += VECTOR) {
    for (let column: usize = 0; column < 6; column++) {
      const addresses = scratch + ADDRESSES + column * 24;
      transformInput(
        pixelAt(addresses, 0, c),
        pixelAt(addresses, 4, c),
        pixelAt(addresses, 8, c),
        pixelAt(addresses, 12, c),
        pixelAt(addresses, 16, c),
        pixelAt(addresses, 20, c),
        scratch + column * VECTOR,
        ROW,
      );
    }
    for (let row: usize = 0; row < 6; row++) {
      const from = scratch + row * ROW;
      transformInput(
        v128.load(from),
        v128.load(from, 16),
        v128.load(from, 32),
        v128.load(from, 48),
        v128.load(from, 64),
        v128.load(from, 80),
        to + c + row * 6 * stride,
        stride,
      );
    }
  }
}

/** Bᵀd for one line of six. */
function transformInput(
  d0: v128,
  d1: v128,
  d2: v128,
  d3: v128,
  d4: v128,
  d5: v128,
  to: usize,
  stride: usize,
): void {
  const four = f32x4.splat(4);
  const minusFour = f32x4.splat(-4);
  const minusFive = f32x4.splat(-5);
  const even = multiplyAdd(minusFour, d2, d4);
  const odd = multiplyAdd(minusFour, d1, d3);
  const evenTwice = f32x4.sub(d4, d2);
  const oddTwice = scale(2, f32x4.sub(d3, d1));
  v128.store(to, multiplyAdd(four, d0, multiplyAdd(minusFive, d2, d4)));
  v128.store(to + stride, f32x4.add(even, odd));
  v128.store(to + 2 * stride, f32x4.sub(even, odd));
  v128.store(to + 3 * stride, f32x4.add(evenTwice, oddTwice));
  v128.store(to + 4 * stride, f32x4.sub(evenTwice, oddTwice));
  v128.store(to + 5 * stride, multiplyAdd(four, d1, multiplyAdd(minusFive, d3, d5)));
}

/** The inverse: Aᵀ m A of the frequencies at `from`, into the 4×4 pixels at (top, left), as far as they are inside. */
export function transformToPixels(
  scratch: usize,
  from: usize,
  stride: usize,
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
): void {
  const rows = min(TILE, height - top);
  const columns = min(TILE, width - left);
  const pixel = <usize>channels * FLOAT;
  const line = <usize>width * pixel;
  const first = image + <usize>(top * width + left) * pixel;
  for (let c: usize = 0; c < pixel; c += VECTOR) {
    for (let row: usize = 0; row < 6; row++) {
      const at = from + c + row * 6 * stride;
      const to = scratch + row * VECTOR;
      const m0 = v128.load(at);
      const m1 = v128.load(at + stride);
      const m2 = v128.load(at + 2 * stride);
      const m3 = v128.load(at + 3 * stride);
      const m4 = v128.load(at + 4 * stride);
      const m5 = v128.load(at + 5 * stride);
      transformOutput(m0, m1, m2, m3, m4, m5, to, ROW, TILE);
    }
    for (let column = 0; column < columns; column++) {
      const at = scratch + <usize>column * ROW;
      const m0 = v128.load(at);
      const m1 = v128.load(at, 16);
      const m2 = v128.load(at, 32);
      const m3 = v128.load(at, 48);
      const m4 = v128.load(at, 64);
      const m5 = v128.load(at, 80);
      transformOutput(m0, m1, m2, m3, m4, m5, first + <usize>column * pixel + c, line, rows);
    }
  }
}

/** Aᵀm for one line of six, of whose four results the first `count` are stored. */
function transformOutput(
  m0: v128,
  m1: v128,
  m2: v128,
  m3: v128,
  m4: v128,
  m5: v128,
  to: usize,
  stride: usize,
  count: i32,
): void {
  const sum1 = f32x4.add(m1, m2);
  const difference1 = f32x4.sub(m1, m2);
  const sum2 = f32x4.add(m3, m4);
  const difference2 = f32x4.sub(m3, m4);
  v128.store(to, f32x4.add(f32x4.add(m0, sum1), sum2));
  if (count > 1) v128.store(to + stride, multiplyAdd(f32x4.splat(2), difference2, difference1));
  if (count > 2) v128.store(to + 2 * stride, multiplyAdd(f32x4.splat(4), sum2, sum1));
  if (count > 3) {
    v128.store(to + 3 * stride, f32x4.add(multiplyAdd(f32x4.splat(8), difference2, difference1), m5));
  }
}

/**
 * Transforms the 4×4 pixels of dy at (top, left) for the gradient of the filter: A dy Aᵀ, A the transpose of the inverse's
 * matrix. Frequency f goes to `to + f · stride`, packed as a panel row: eight channels apart by `panelStride`.
 */
export function transformGradientPixels(
  scratch: usize,
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  to: usize,
  stride: usize,
  panelStride: usize,
  zeros: usize,
): void {
  findPixels(scratch, TILE, image, height, width, channels, top, left, zeros);
  for (let channel = 0; channel < channels; channel += 4) {
    const c = <usize>channel * FLOAT;
    for (let column: usize = 0; column < 4; column++) {
      const addresses = scratch + ADDRESSES + column * 16;
      transformGradient(
        pixelAt(addresses, 0, c),
        pixelAt(addresses, 4, c),
        pixelAt(addresses, 8, c),
        pixelAt(addresses, 12, c),
        scratch + column * VECTOR,
        ROW,
      );
    }
    const target = to + <usize>(channel >> 3) * panelStride + <usize>(channel & 7) * FLOAT;
    for (let row: usize = 0; row < 6; row++) {
      const from = scratch + row * ROW;
      transformGradient(
        v128.load(from),
        v128.load(from, 16),
        v128.load(from, 32),
        v128.load(from, 48),
        target + row * 6 * stride,
        stride,
      );
    }
  }
}

/** A y for one line of four. */
function transformGradient(y0: v128, y1: v128, y2: v128, y3: v128, to: usize, stride: usize): void {
  const even = f32x4.add(y0, y2);
  const odd = f32x4.add(y1, y3);
  const evenTwice = multiplyAdd(f32x4.splat(4), y2, y0);
  const oddTwice = multiplyAdd(f32x4.splat(8), y3, scale(2, y1));
  v128.store(to, y0);
  v128.store(to + stride, f32x4.add(even, odd));
  v128.store(to + 2 * stride, f32x4.sub(even, odd));
  v128.store(to + 3 * stride, f32x4.add(evenTwice, oddTwice));
  v128.store(to + 4 * stride, f32x4.sub(evenTwice, oddTwice));
  v128.store(to + 5 * stride, y3);
}

/** Writes the addresses of size × size pixels, column by column. */
function findPixels(
  scratch: usize,
  size: i32,
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  zeros: usize,
): void {
  let to = scratch + ADDRESSES;
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const row = top + i;
      const column = left + j;
      let address = zeros;
      if (<u32>row < <u32>height && <u32>column < <u32>width) {
        address = image + <usize>((row * width + column) * channels) * FLOAT;
      }
      store<u32>(to, <u32>address);
      to += 4;
    }
  }
}

function pixelAt(addresses: usize, i: usize, offset: usize): v128 {
  return v128.load(<usize>load<u32>(addresses + i) + offset);
}
