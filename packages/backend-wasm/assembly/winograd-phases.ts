import { multiplyAdd } from "./simd";
import { VECTOR } from "./winograd-lines";

/*
 * A 3×3 convolution of stride 2 along one line: y[r] = w0·a[r] + w2·a[r+1] + w1·b[r], where a are the samples at even distance
 * from the first and b those between them. The two taps on a are Winograd's F(4, 2) with the points 0, ±1, 2, ∞: four outputs
 * of five products; the one tap on b takes four. With nine a line, a tile of 4×4 outputs takes 81 multiplications a channel
 * instead of 144, and there are no more than 6×6 different filters. The gradient of the input is the same with samples and
 * outputs in each other's place. Line transforms are as in winograd-lines.ts.
 */

/** Bᵀd: five samples to five frequencies; after every `block` vectors these go on `skip` bytes further. */
export function transformFive(
  d0: usize,
  d1: usize,
  d2: usize,
  d3: usize,
  d4: usize,
  vectors: i32,
  to: usize,
  stride: usize,
  block: i32,
  skip: usize,
): void {
  const two = f32x4.splat(2);
  const minusTwo = f32x4.splat(-2);
  const minusThree = f32x4.splat(-3);
  let left = block;
  const bytes = <usize>vectors * VECTOR;
  for (let c: usize = 0; c < bytes; c += VECTOR) {
    const x1 = v128.load(d1 + c);
    const x2 = v128.load(d2 + c);
    const x3 = v128.load(d3 + c);
    const steps = f32x4.sub(x3, x1);
    let at = to;
    // 2 d0 − d1 − 2 d2 + d3
    v128.store(at, multiplyAdd(two, f32x4.sub(v128.load(d0 + c), x2), steps));
    // −2 d1 − d2 + d3
    v128.store((at += stride), f32x4.sub(multiplyAdd(minusTwo, x1, x3), x2));
    // 2 d1 − 3 d2 + d3
    v128.store((at += stride), multiplyAdd(minusThree, x2, multiplyAdd(two, x1, x3)));
    v128.store((at += stride), steps);
    // 2 d1 − d2 − 2 d3 + d4
    v128.store((at += stride), multiplyAdd(minusTwo, steps, f32x4.sub(v128.load(d4 + c), x2)));
    to += VECTOR;
    if (--left == 0) {
      left = block;
      to += skip;
    }
  }
}

/** Four samples as they are; `block` and `skip` as above. */
export function copyFour(
  d0: usize,
  d1: usize,
  d2: usize,
  d3: usize,
  vectors: i32,
  to: usize,
  stride: usize,
  block: i32,
  skip: usize,
): void {
  let left = block;
  const bytes = <usize>vectors * VECTOR;
  for (let c: usize = 0; c < bytes; c += VECTOR) {
    let at = to;
    v128.store(at, v128.load(d0 + c));
    v128.store((at += stride), v128.load(d1 + c));
    v128.store((at += stride), v128.load(d2 + c));
    v128.store((at += stride), v128.load(d3 + c));
    to += VECTOR;
    if (--left == 0) {
      left = block;
      to += skip;
    }
  }
}

/** Aᵀm: five frequencies to four outputs; plus, if `both`, the four products of the other phase, which follow them. */
export function collectPhases(
  from: usize,
  fromStride: usize,
  vectors: i32,
  both: bool,
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
    const sum = f32x4.add(m1, m2);
    const difference = f32x4.sub(m1, m2);
    let r0 = f32x4.add(f32x4.add(m0, sum), m3);
    let r1 = multiplyAdd(two, m3, difference);
    let r2 = multiplyAdd(four, m3, sum);
    let r3 = f32x4.add(multiplyAdd(eight, m3, difference), m4);
    if (both) {
      r0 = f32x4.add(r0, v128.load((at += fromStride)));
      r1 = f32x4.add(r1, v128.load((at += fromStride)));
      r2 = f32x4.add(r2, v128.load((at += fromStride)));
      r3 = f32x4.add(r3, v128.load((at += fromStride)));
    }
    v128.store(y0 + c, r0);
    v128.store(y1 + c, r1);
    v128.store(y2 + c, r2);
    v128.store(y3 + c, r3);
  }
}

/** Four runs, `fromStride` bytes apart, to four places. */
export function placeFour(
  from: usize,
  fromStride: usize,
  vectors: i32,
  y0: usize,
  y1: usize,
  y2: usize,
  y3: usize,
): void {
  const bytes = <usize>vectors * VECTOR;
  for (let c: usize = 0; c < bytes; c += VECTOR) {
    let at = from + c;
    v128.store(y0 + c, v128.load(at));
    v128.store(y1 + c, v128.load((at += fromStride)));
    v128.store(y2 + c, v128.load((at += fromStride)));
    v128.store(y3 + c, v128.load((at += fromStride)));
  }
}

/** A y, for the gradient of the filter: four values of dy to five frequencies; `block` and `skip` as above. */
export function spreadFour(
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
    let at = to;
    v128.store(at, x0);
    v128.store((at += stride), f32x4.add(even, odd));
    v128.store((at += stride), f32x4.sub(even, odd));
    v128.store((at += stride), multiplyAdd(two, x1, multiplyAdd(four, x2, multiplyAdd(eight, x3, x0))));
    v128.store((at += stride), x3);
    to += VECTOR;
    if (--left == 0) {
      left = block;
      to += skip;
    }
  }
}
