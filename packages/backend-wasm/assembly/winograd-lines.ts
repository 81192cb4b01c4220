import { multiplyAdd } from "./simd";

/*
 * Winograd's minimal filtering F(4×4, 3×3) with the points 0, ±1, ±2, ∞ (Lavin & Gray 2015, arXiv 1509.09308): a tile of
 * 4×4 outputs comes of 6×6 inputs with 36 multiplications a channel instead of 144. Each of its transforms is applied along
 * the columns of a tile and then along its rows.
 *
 * A line transform here takes one column, or one row, of a tile in many channels at once: its operands are runs of `vectors`
 * vectors of four channels, and so are its results, `stride` bytes apart. Channels are the inner loop, so that addresses and
 * constants stay in registers.
 */

/** Bytes of a vector. */
export const VECTOR: usize = 16;

/** Bᵀd: six pixels to six frequencies; after every `block` vectors these go on `skip` bytes further. */
export function transformPixelLine(
  d0: usize,
  d1: usize,
  d2: usize,
  d3: usize,
  d4: usize,
  d5: usize,
  vectors: i32,
  to: usize,
  stride: usize,
  block: i32,
  skip: usize,
): void {
  const two = f32x4.splat(2);
  const four = f32x4.splat(4);
  const minusFour = f32x4.splat(-4);
  const minusFive = f32x4.splat(-5);
  let left = block;
  const bytes = <usize>vectors * VECTOR;
  for (let c: usize = 0; c < bytes; c += VECTOR) {
    const x1 = v128.load(d1 + c);
    const x2 = v128.load(d2 + c);
    const x3 = v128.load(d3 + c);
    const x4 = v128.load(d4 + c);
    const even = multiplyAdd(minusFour, x2, x4);
    const odd = multiplyAdd(minusFour, x1, x3);
    const evenTwice = f32x4.sub(x4, x2);
    const oddTwice = f32x4.mul(two, f32x4.sub(x3, x1));
    let at = to;
    v128.store(at, multiplyAdd(four, v128.load(d0 + c), multiplyAdd(minusFive, x2, x4)));
    v128.store((at += stride), f32x4.add(even, odd));
    v128.store((at += stride), f32x4.sub(even, odd));
    v128.store((at += stride), f32x4.add(evenTwice, oddTwice));
    v128.store((at += stride), f32x4.sub(evenTwice, oddTwice));
    v128.store((at += stride), multiplyAdd(four, x1, multiplyAdd(minusFive, x3, v128.load(d5 + c))));
    to += VECTOR;
    if (--left == 0) {
      left = block;
      to += skip;
    }
  }
}

/** The inverse, Aᵀm: six frequencies, `fromStride` bytes apart, to four pixels. */
export function transformToPixelLine(
  from: usize,
  fromStride: usize,
  vectors: i32,
  y0: usize,
  y1: usize,
  y2: usize,
  y3: usize,
): void {
  const two = f32x4.splat(2);
  const four = f32x4.splat(4);
  const eight = f32x4.splat(8);
  const bytes = <usize>vectors * VECTOR;
  for (let c: usize = 0; c < bytes; c += VECTOR) {
    let at = from + c;
    const m0 = v128.load(at);
    const m1 = v128.load((at += fromStride));
    const m2 = v128.load((at += fromStride));
    const m3 = v128.load((at += fromStride));
    const m4 = v128.load((at += fromStride));
    const m5 = v128.load((at += fromStride));
    const sum = f32x4.add(m1, m2);
    const difference = f32x4.sub(m1, m2);
    const sumTwice = f32x4.add(m3, m4);
    const differenceTwice = f32x4.sub(m3, m4);
    v128.store(y0 + c, f32x4.add(f32x4.add(m0, sum), sumTwice));
    v128.store(y1 + c, multiplyAdd(two, differenceTwice, difference));
    v128.store(y2 + c, multiplyAdd(four, sumTwice, sum));
    v128.store(y3 + c, f32x4.add(multiplyAdd(eight, differenceTwice, difference), m5));
  }
}

/**
 * A y, for the gradient of the filter: four pixels of dy to six frequencies; after every
 * `block` vectors the results go on `skip` bytes further.
 */
export function transformGradientLine(
  y0: usize,
  y1: usize,
  y2: usize,
  y3: usize,
  vectors: i32,
  to: usize,
  stride: usize,
  block: i32,
  skip: usize,
): void {
  const two = f32x4.splat(2);
  const four = f32x4.splat(4);
  const eight = f32x4.splat(8);
  let left = block;
  const bytes = <usize>vectors * VECTOR;
  for (let c: usize = 0; c < bytes; c += VECTOR) {
    const x0 = v128.load(y0 + c);
    const x1 = v128.load(y1 + c);
    const x2 = v128.load(y2 + c);
    const x3 = v128.load(y3 + c);
    const even = f32x4.add(x0, x2);
    const odd = f32x4.add(x1, x3);
    const evenTwice = multiplyAdd(four, x2, x0);
    const oddTwice = multiplyAdd(eight, x3, f32x4.mul(two, x1));
    let at = to + stride;
    v128.store(to, x0);
    v128.store(at, f32x4.add(even, odd));
    v128.store((at += stride), f32x4.sub(even, odd));
    v128.store((at += stride), f32x4.add(evenTwice, oddTwice));
    v128.store((at += stride), f32x4.sub(evenTwice, oddTwice));
    v128.store((at += stride), x3);
    to += VECTOR;
    if (--left == 0) {
      left = block;
      to += skip;
    }
  }
}
