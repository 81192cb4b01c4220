import { loadLanes, storeLanes } from "./lanes";
import { FLOAT } from "./simd";

/**
 * out[segment] = Σ of the rows of x whose segment it is, in order.
 *
 * Tasks are groups of `segmentsPerTask` segments; `order` lists the rows that belong to each, from `starts[task]` up to
 * `starts[task + 1]`.
 */
export function segmentSum(
  begin: i32,
  end: i32,
  scratch: usize,
  segments: i32,
  segmentsPerTask: i32,
  columns: i32,
  starts: usize,
  order: usize,
  segmentIds: usize,
  x: usize,
  out: usize,
): void {
  const stride = <usize>columns * FLOAT;
  const firstSegment = begin * segmentsPerTask;
  const endSegment = min(segments, end * segmentsPerTask);
  memory.fill(out + <usize>firstSegment * stride, 0, <usize>(endSegment - firstSegment) * stride);
  const last = load<u32>(starts + ((<usize>end) << 2));
  for (let entry = load<u32>(starts + ((<usize>begin) << 2)); entry < last; entry++) {
    const row = <usize>load<u32>(order + ((<usize>entry) << 2));
    const from = x + row * stride;
    const to = out + <usize>load<u32>(segmentIds + (row << 2)) * stride;
    for (let c = 0; c < columns; c += 4) {
      const at = <usize>c * FLOAT;
      const lanes = columns - c;
      storeLanes(to + at, f32x4.add(loadLanes(to + at, lanes), loadLanes(from + at, lanes)), lanes);
    }
  }
}
