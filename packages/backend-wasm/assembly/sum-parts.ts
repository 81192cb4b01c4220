import { loadLanes, storeLanes } from "./lanes";
import { FLOAT } from "./simd";

/** The sum of `parts` arrays of `count` values, in order; tasks are groups of `valuesPerTask` values, a multiple of 4. */
export function sumParts(
  begin: i32,
  end: i32,
  scratch: usize,
  count: i32,
  parts: i32,
  valuesPerTask: i32,
  partial: usize,
  out: usize,
): void {
  const stride = <usize>count * FLOAT;
  for (let i = begin * valuesPerTask; i < min(count, end * valuesPerTask); i += 4) {
    const lanes = count - i;
    let from = partial + <usize>i * FLOAT;
    let sum = f32x4.splat(0);
    for (let part = 0; part < parts; part++) {
      sum = f32x4.add(sum, loadLanes(from, lanes));
      from += stride;
    }
    storeLanes(out + <usize>i * FLOAT, sum, lanes);
  }
}
