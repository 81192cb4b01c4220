import { exp } from "./exponential";

/** What becomes of the exponents of an anchor's pairs. */
export const LOG_SUM_EXP: i32 = 0;
export const HINGES: i32 = 1;

/** u = ±w (s − margin), with w = max(0, constant + slope · s); the sign is − for positives. */
@unmanaged
export class Term {
  margin: v128;
  constant: v128;
  slope: v128;
}

export function setTerm(term: Term, margin: f64, constant: f64, slope: f64): void {
  term.margin = f32x4.splat(<f32>margin);
  term.constant = f32x4.splat(<f32>constant);
  term.slope = f32x4.splat(<f32>slope);
}

/** Of each lane −w where it is positive and w elsewhere: ∂u/∂s. */
export function signedWeight(positives: Term, negatives: Term, positive: v128, s: v128): v128 {
  const constant = v128.bitselect(positives.constant, negatives.constant, positive);
  const slope = v128.bitselect(positives.slope, negatives.slope, positive);
  const weight = f32x4.max(f32x4.add(constant, f32x4.mul(slope, s)), f32x4.splat(0));
  return v128.xor(weight, v128.and(positive, i32x4.splat(i32.MIN_VALUE)));
}

export function exponent(positives: Term, negatives: Term, positive: v128, s: v128, weight: v128): v128 {
  const margin = v128.bitselect(positives.margin, negatives.margin, positive);
  return f32x4.mul(weight, f32x4.sub(s, margin));
}

/** What a pair adds to its sum; of exponentials relative to `top`. */
export function part(sum: i32, u: v128, top: v128): v128 {
  if (sum == LOG_SUM_EXP) return exp(f32x4.sub(u, top));
  const hinge = f32x4.max(u, f32x4.splat(0));
  return sum == HINGES ? hinge : f32x4.mul(hinge, hinge);
}

/** ∂sum/∂u; `total` is the sum, where it is a logarithm. */
export function partSlope(sum: i32, u: v128, total: v128): v128 {
  if (sum == LOG_SUM_EXP) return exp(f32x4.sub(u, total));
  const active = f32x4.gt(u, f32x4.splat(0));
  return v128.and(sum == HINGES ? f32x4.splat(1) : f32x4.add(u, u), active);
}
