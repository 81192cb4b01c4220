import { exp } from "./exponential";
import { FLOAT, multiplyAdd, scale } from "./simd";

/*
 * Tasks are `perTask` values. The loops run over whole vectors, without a branch on what is left, which would take as long as
 * the rest; the last values of a tensor go through them by way of scratch memory.
 */

/** y = x · Φ(x); `tanh` says by which form. */
export function gelu(
  begin: i32,
  end: i32,
  scratch: usize,
  count: i32,
  perTask: i32,
  tanh: i32,
  x: usize,
  y: usize,
): void {
  const first = begin * perTask;
  const length = min(count, end * perTask) - first;
  const whole = length & ~3;
  const from = x + <usize>first * FLOAT;
  const to = y + <usize>first * FLOAT;
  units(whole, tanh, from, to);
  if (whole == length) return;
  const rest = <usize>(length - whole) * FLOAT;
  memory.copy(scratch, from + <usize>whole * FLOAT, rest);
  units(4, tanh, scratch, scratch + 16);
  memory.copy(to + <usize>whole * FLOAT, scratch + 16, rest);
}

/** dx = dy · (Φ(x) + x · Φ′(x)) */
export function geluGradient(
  begin: i32,
  end: i32,
  scratch: usize,
  count: i32,
  perTask: i32,
  tanh: i32,
  dy: usize,
  x: usize,
  dx: usize,
): void {
  const first = begin * perTask;
  const length = min(count, end * perTask) - first;
  const whole = length & ~3;
  const at = <usize>first * FLOAT;
  slopes(whole, tanh, dy + at, x + at, dx + at);
  if (whole == length) return;
  const last = at + <usize>whole * FLOAT;
  const rest = <usize>(length - whole) * FLOAT;
  memory.copy(scratch, dy + last, rest);
  memory.copy(scratch + 16, x + last, rest);
  slopes(4, tanh, scratch, scratch + 16, scratch + 32);
  memory.copy(dx + last, scratch + 32, rest);
}

function units(count: i32, tanh: i32, x: usize, y: usize): void {
  const end = <usize>count * FLOAT;
  if (tanh) {
    for (let at: usize = 0; at < end; at += 16) {
      const value = v128.load(x + at);
      v128.store(y + at, f32x4.mul(value, logistic(value)));
    }
  } else {
    for (let at: usize = 0; at < end; at += 16) {
      const value = v128.load(x + at);
      v128.store(y + at, f32x4.mul(value, normal(value, exp(halfSquare(value)))));
    }
  }
}

function slopes(count: i32, tanh: i32, dy: usize, x: usize, dx: usize): void {
  const end = <usize>count * FLOAT;
  if (tanh) {
    for (let at: usize = 0; at < end; at += 16) {
      const value = v128.load(x + at);
      const share = logistic(value);
      const slope = f32x4.mul(f32x4.mul(share, f32x4.sub(f32x4.splat(1), share)), inner(value));
      v128.store(dx + at, f32x4.mul(v128.load(dy + at), multiplyAdd(value, slope, share)));
    }
  } else {
    for (let at: usize = 0; at < end; at += 16) {
      const value = v128.load(x + at);
      const bell = exp(halfSquare(value));
      const slope = multiplyAdd(value, scale(DENSITY_AT_0, bell), normal(value, bell));
      v128.store(dx + at, f32x4.mul(v128.load(dy + at), slope));
    }
  }
}

const DENSITY_AT_0: f32 = 0.39894228;

/** −x²/2 */
function halfSquare(x: v128): v128 {
  return f32x4.mul(x, scale(-0.5, x));
}

/**
 * Φ(x) out of e^(−x²/2), below zero without cancellation: erfc(z) = e^(−z²) · t · p(t), where z = |x| / √2, t = 1 / (1 + 0.33 z)
 * and p was fitted to relative error 1e-7 for z up to 9.4, beyond which e^(−z²) is 0.
 */
function normal(x: v128, bell: v128): v128 {
  const along = multiplyAdd(f32x4.abs(x), f32x4.splat(0.23334524), f32x4.splat(1));
  const t = f32x4.div(f32x4.splat(1), along);
  let p = multiplyAdd(t, f32x4.splat(-0.135929095), f32x4.splat(0.462689526));
  p = multiplyAdd(p, t, f32x4.splat(-0.355441281));
  p = multiplyAdd(p, t, f32x4.splat(0.412543872));
  p = multiplyAdd(p, t, f32x4.splat(0.0450093813));
  p = multiplyAdd(p, t, f32x4.splat(0.201924228));
  p = multiplyAdd(p, t, f32x4.splat(0.182837174));
  p = multiplyAdd(p, t, f32x4.splat(0.186366114));
  const tail = f32x4.mul(f32x4.mul(p, t), scale(0.5, bell));
  return v128.bitselect(tail, f32x4.sub(f32x4.splat(1), tail), f32x4.lt(x, f32x4.splat(0)));
}

const SLOPE: f32 = 0.79788456;
const CUBIC: f32 = 0.044715;

/** (1 + tanh u) / 2 = 1 / (1 + e^(−2u)), u = SLOPE · (x + CUBIC · x³) */
function logistic(x: v128): v128 {
  const cubic = multiplyAdd(f32x4.mul(x, x), f32x4.splat(CUBIC), f32x4.splat(1));
  const u = f32x4.mul(scale(-2 * SLOPE, x), cubic);
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp(u)));
}

/** 2 u′ */
function inner(x: v128): v128 {
  return multiplyAdd(f32x4.mul(x, x), f32x4.splat(6 * CUBIC * SLOPE), f32x4.splat(2 * SLOPE));
}
