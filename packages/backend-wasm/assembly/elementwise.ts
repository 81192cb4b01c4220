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
