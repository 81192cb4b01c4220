import { FLOAT } from "./simd";

/** Values that lie so many bytes from an address; `to` may be where the offsets are. Does up to three more. */
export function gather(from: usize, offsets: usize, count: i32, to: usize): void {
  const end = to + ((<usize>count) << 2);
  do {
    store<f32>(to, load<f32>(from + <usize>load<u32>(offsets)));
    store<f32>(to, load<f32>(from + <usize>load<u32>(offsets, 4)), 4);
    store<f32>(to, load<f32>(from + <usize>load<u32>(offsets, 8)), 8);
    store<f32>(to, load<f32>(from + <usize>load<u32>(offsets, 12)), 12);
    offsets += 4 * FLOAT;
    to += 4 * FLOAT;
  } while (to < end);
}
