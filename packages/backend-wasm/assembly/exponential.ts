import { multiplyAdd } from "./simd";

const LOG2_E: f32 = <f32>Math.LOG2E;

/** Added to a float of size below 2^22, it leaves the nearest integer in the lowest bits. */
const ROUND: f32 = 12582912;

/** ln 2 in two parts; the first has few bits, so that whole multiples of it are exact. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444e-4;

/** Between these e^x is a normal float32. */
const LOWEST: f32 = -87.336544;
const HIGHEST: f32 = 88.722839;

/** e^x, within 2 ulp; 0 where that is below 2^-126, the least normal float32. */
export function exp(x: v128): v128 {
  const rounded = multiplyAdd(x, f32x4.splat(LOG2_E), f32x4.splat(ROUND));
  const n = f32x4.sub(rounded, f32x4.splat(ROUND));
  let r = multiplyAdd(n, f32x4.splat(-LN2_HIGH), x);
  r = multiplyAdd(n, f32x4.splat(-LN2_LOW), r);
  // Cephes' polynomial for |r| ≤ ln 2 / 2.
  let p = multiplyAdd(f32x4.splat(1.98756915e-4), r, f32x4.splat(1.3981999507e-3));
  p = multiplyAdd(p, r, f32x4.splat(8.3334519073e-3));
  p = multiplyAdd(p, r, f32x4.splat(4.1665795894e-2));
  p = multiplyAdd(p, r, f32x4.splat(1.6666665459e-1));
  p = multiplyAdd(p, r, f32x4.splat(5.0000001201e-1));
  p = multiplyAdd(p, f32x4.mul(r, r), r);
  p = f32x4.add(p, f32x4.splat(1));
  // times 2^n, in the exponent
  const power = i32x4.add(p, i32x4.shl(rounded, 23));
  // x + ∞ is ∞, and NaN for NaN.
  const beyond = f32x4.add(x, f32x4.splat(Infinity));
  const inside = v128.bitselect(power, beyond, f32x4.le(x, f32x4.splat(HIGHEST)));
  return v128.andnot(inside, f32x4.lt(x, f32x4.splat(LOWEST)));
}

/** The natural logarithm, within 2 ulp; -∞ at 0 and NaN below. */
export function log(x: v128): v128 {
  // Subnormal numbers are scaled to normal ones.
  const tiny = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const normal = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, tiny);
  // x = m 2^e with m from √½ to √2: the bits of √½ taken off, the exponent is what is left above the fraction.
  const offset = i32x4.sub(normal, i32x4.splat(0x3f3504f3));
  const exponent = i32x4.shr_s(offset, 23);
  const fraction = v128.and(offset, i32x4.splat(0x007fffff));
  const f = f32x4.sub(i32x4.add(fraction, i32x4.splat(0x3f3504f3)), f32x4.splat(1));
  const e = f32x4.sub(f32x4.convert_i32x4_s(exponent), v128.and(f32x4.splat(23), tiny));
  // Cephes' polynomial.
  let p = multiplyAdd(f32x4.splat(7.0376836292e-2), f, f32x4.splat(-1.151461031e-1));
  p = multiplyAdd(p, f, f32x4.splat(1.167699874e-1));
  p = multiplyAdd(p, f, f32x4.splat(-1.2420140846e-1));
  p = multiplyAdd(p, f, f32x4.splat(1.4249322787e-1));
  p = multiplyAdd(p, f, f32x4.splat(-1.6668057665e-1));
  p = multiplyAdd(p, f, f32x4.splat(2.0000714765e-1));
  p = multiplyAdd(p, f, f32x4.splat(-2.4999993993e-1));
  p = multiplyAdd(p, f, f32x4.splat(3.3333331174e-1));
  const square = f32x4.mul(f, f);
  let y = f32x4.mul(f32x4.mul(p, f), square);
  y = multiplyAdd(e, f32x4.splat(LN2_LOW), y);
  y = multiplyAdd(square, f32x4.splat(-0.5), y);
  y = multiplyAdd(e, f32x4.splat(LN2_HIGH), f32x4.add(f, y));
  // The rest: ∞ and NaN stay, 0 gives -∞, what is negative NaN.
  const ordinary = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.lt(x, f32x4.splat(Infinity)));
  const ofZero = v128.bitselect(f32x4.splat(-Infinity), f32x4.splat(NaN), f32x4.eq(x, f32x4.splat(0)));
  const special = v128.bitselect(ofZero, f32x4.add(x, x), f32x4.le(x, f32x4.splat(0)));
  return v128.bitselect(y, special, ordinary);
}

/** log(1 + x) for x from 0 to 1, as accurate where x is small (Kahan). */
export function log1p(x: v128): v128 {
  const sum = f32x4.add(x, f32x4.splat(1));
  const rounded = f32x4.sub(sum, f32x4.splat(1));
  const corrected = f32x4.mul(log(sum), f32x4.div(x, rounded));
  return v128.bitselect(x, corrected, f32x4.eq(rounded, f32x4.splat(0)));
}
