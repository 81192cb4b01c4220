import { storeLanes } from "./lanes";
import { FLOAT } from "./simd";

/*
 * Boxes of planes whose rows have `width` values; `at` is a box's first.
 */

export function erase(at: usize, width: i32, boxHeight: i32, boxWidth: i32, colour: f32): void {
  const value = f32x4.splat(colour);
  for (let y = 0; y < boxHeight; y++) {
    for (let x = 0; x < boxWidth; x += 4) storeLanes(at + ((<usize>x) << 2), value, boxWidth - x);
    at += <usize>width * FLOAT;
  }
}

/** Of the channel of this number: the same noise as the reference's, MurmurHash3's last steps. */
export function eraseWithNoise(
  at: usize,
  width: i32,
  boxHeight: i32,
  boxWidth: i32,
  seed: i32,
  channel: i32,
): void {
  let first = seed * <i32>0x9e3779b1 + channel;
  for (let y = 0; y < boxHeight; y++) {
    for (let x = 0; x < boxWidth; x += 4) {
      const places = i32x4.add(i32x4.splat(first + 3 * x), i32x4(0, 3, 6, 9));
      storeLanes(at + ((<usize>x) << 2), noise(places), boxWidth - x);
    }
    first += 3 * boxWidth;
    at += <usize>width * FLOAT;
  }
}

function noise(bits: v128): v128 {
  bits = i32x4.mul(v128.xor(bits, i32x4.shr_u(bits, 16)), i32x4.splat(<i32>0x85ebca6b));
  bits = i32x4.mul(v128.xor(bits, i32x4.shr_u(bits, 13)), i32x4.splat(<i32>0xc2b2ae35));
  bits = v128.xor(bits, i32x4.shr_u(bits, 16));
  return f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(bits, 8)), f32x4.splat(1.0 / 16777216.0));
}
