import { scale } from "./simd";
import { VECTOR } from "./winograd-lines";

/*
 * The line transforms of filters, and their transposes for the filters' gradients: of winograd-lines.ts, and by phases, of
 * winograd-phases.ts.
 */

const THIRD: f32 = 1.0 / 3.0;
const SIXTH: f32 = 1.0 / 6.0;
const TWELFTH: f32 = 1.0 / 12.0;
const TWENTY_FOURTH: f32 = 1.0 / 24.0;

/** G g: three taps of the filter, `fromStride` bytes apart, to six frequencies. */
export function transformTapLine(
  from: usize,
  fromStride: usize,
  vectors: i32,
  to: usize,
  stride: usize,
): void {
  const bytes = <usize>vectors * VECTOR;
  for (let c: usize = 0; c < bytes; c += VECTOR) {
    const g0 = v128.load(from + c);
    const g1 = v128.load(from + c + fromStride);
    const g2 = v128.load(from + c + 2 * fromStride);
    const even = scale(-SIXTH, f32x4.add(g0, g2));
    const odd = scale(SIXTH, g1);
    const evenTwice = f32x4.add(scale(TWENTY_FOURTH, g0), scale(SIXTH, g2));
    const oddTwice = scale(TWELFTH, g1);
    let at = to + c;
    v128.store(at, scale(0.25, g0));
    v128.store((at += stride), f32x4.sub(even, odd));
    v128.store((at += stride), f32x4.add(even, odd));
    v128.store((at += stride), f32x4.add(evenTwice, oddTwice));
    v128.store((at += stride), f32x4.sub(evenTwice, oddTwice));
    v128.store((at += stride), g2);
  }
}

/** The transpose, Gᵀu: six frequencies to three taps. */
export function transformToTapLine(
  from: usize,
  fromStride: usize,
  vectors: i32,
  to: usize,
  stride: usize,
): void {
  const bytes = <usize>vectors * VECTOR;
  for (let c: usize = 0; c < bytes; c += VECTOR) {
    let at = from + c;
    const u0 = v128.load(at);
    const u1 = v128.load((at += fromStride));
    const u2 = v128.load((at += fromStride));
    const u3 = v128.load((at += fromStride));
    const u4 = v128.load((at += fromStride));
    const u5 = v128.load((at += fromStride));
    const inner = scale(-SIXTH, f32x4.add(u1, u2));
    const outer = f32x4.add(u3, u4);
    const odd = scale(SIXTH, f32x4.sub(u2, u1));
    v128.store(to + c, f32x4.add(scale(0.25, u0), f32x4.add(inner, scale(TWENTY_FOURTH, outer))));
    v128.store(to + c + stride, f32x4.add(odd, scale(TWELFTH, f32x4.sub(u3, u4))));
    v128.store(to + c + 2 * stride, f32x4.add(f32x4.add(inner, scale(SIXTH, outer)), u5));
  }
}

/** By phases: G (w0, w2) in five frequencies, then w1. */
export function transformTapPhases(
  from: usize,
  fromStride: usize,
  vectors: i32,
  to: usize,
  stride: usize,
): void {
  const bytes = <usize>vectors * VECTOR;
  for (let c: usize = 0; c < bytes; c += VECTOR) {
    const w0 = v128.load(from + c);
    const w1 = v128.load(from + c + fromStride);
    const w2 = v128.load(from + c + 2 * fromStride);
    let at = to + c;
    v128.store(at, scale(0.5, w0));
    v128.store((at += stride), scale(-0.5, f32x4.add(w0, w2)));
    v128.store((at += stride), scale(SIXTH, f32x4.sub(w2, w0)));
    v128.store((at += stride), f32x4.add(scale(SIXTH, w0), scale(THIRD, w2)));
    v128.store((at += stride), w2);
    v128.store((at += stride), w1);
  }
}

/** The transpose: six frequencies to three taps. */
export function collectTapPhases(
  from: usize,
  fromStride: usize,
  vectors: i32,
  to: usize,
  stride: usize,
): void {
  const bytes = <usize>vectors * VECTOR;
  for (let c: usize = 0; c < bytes; c += VECTOR) {
    let at = from + c;
    const u0 = v128.load(at);
    const u1 = v128.load((at += fromStride));
    const u2 = v128.load((at += fromStride));
    const u3 = v128.load((at += fromStride));
    const u4 = v128.load((at += fromStride));
    const half = scale(-0.5, u1);
    const w0 = f32x4.add(scale(0.5, u0), f32x4.add(half, scale(SIXTH, f32x4.sub(u3, u2))));
    const w2 = f32x4.add(f32x4.add(half, scale(SIXTH, u2)), f32x4.add(scale(THIRD, u3), u4));
    v128.store(to + c, w0);
    v128.store(to + c + stride, v128.load((at += fromStride)));
    v128.store(to + c + 2 * stride, w2);
  }
}
