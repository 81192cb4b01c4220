import { exp } from "./exponential";
import { loadLanes, storeLanes } from "./lanes";
import { FLOAT, multiplyAdd } from "./simd";

/** Values of a task. */
export const CHUNK: i32 = 1 << 15;

/** out = a + b, `count` values each; tasks are chunks of 2^15. */
export function add(begin: i32, end: i32, scratch: usize, count: i32, a: usize, b: usize, out: usize): void {
  for (let i = begin * CHUNK; i < min(count, end * CHUNK); i += 4) {
    const at = <usize>i * FLOAT;
    const lanes = count - i;
    storeLanes(out + at, f32x4.add(loadLanes(a + at, lanes), loadLanes(b + at, lanes)), lanes);
  }
}

/** out = aFactor · a + bFactor · b */
export function combine(
  begin: i32,
  end: i32,
  scratch: usize,
  count: i32,
  a: usize,
  aFactor: f64,
  b: usize,
  bFactor: f64,
  out: usize,
): void {
  const left = f32x4.splat(<f32>aFactor);
  const right = f32x4.splat(<f32>bFactor);
  for (let i = begin * CHUNK; i < min(count, end * CHUNK); i += 4) {
    const at = <usize>i * FLOAT;
    const lanes = count - i;
    const product = f32x4.mul(loadLanes(b + at, lanes), right);
    storeLanes(out + at, multiplyAdd(loadLanes(a + at, lanes), left, product), lanes);
  }
}

/** out = max(a, b), or min(a, b); b is one number if `single`. NaN where one is. */
export function extremum(
  begin: i32,
  end: i32,
  scratch: usize,
  count: i32,
  largest: i32,
  a: usize,
  b: usize,
  single: i32,
  out: usize,
): void {
  const number = v128.load32_splat(b);
  for (let i = begin * CHUNK; i < min(count, end * CHUNK); i += 4) {
    const at = <usize>i * FLOAT;
    const left = loadLanes(a + at, count - i);
    const right = single ? number : loadLanes(b + at, count - i);
    storeLanes(out + at, largest ? f32x4.max(left, right) : f32x4.min(left, right), count - i);
  }
}

/** out = e^x */
export function exponential(begin: i32, end: i32, scratch: usize, count: i32, x: usize, out: usize): void {
  const last = min(count, end * CHUNK);
  let i = begin * CHUNK;
  for (; i + 8 <= last; i += 8) {
    const at = <usize>i * FLOAT;
    const a = exp(v128.load(x + at));
    const b = exp(v128.load(x + at, 16));
    v128.store(out + at, a);
    v128.store(out + at, b, 16);
  }
  for (; i < last; i += 4) {
    const at = <usize>i * FLOAT;
    storeLanes(out + at, exp(loadLanes(x + at, count - i)), count - i);
  }
}
