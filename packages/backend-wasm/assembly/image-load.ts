import { FLOAT } from "./simd";

/** A 255th in 10 bits, and what it lacks. */
const SHARE: f32 = 0.0039215087890625;
const SHARE_REST: f32 = 5.983839201917363e-8;

/** Rows of bytes, `stride` apart, to planes of 0..1. Reads up to 15 bytes past the last and writes up to three values past a plane's end. */
export function loadBytes(
  image: usize,
  stride: usize,
  channels: i32,
  height: i32,
  width: i32,
  to: usize,
  plane: usize,
): void {
  for (let y = 0; y < height; y++) {
    if (channels == 3) loadColours(image, to, to + ((<usize>width) << 2), plane);
    else loadGrey(image, to, to + ((<usize>width) << 2));
    image += stride;
    to += <usize>width * FLOAT;
  }
}

// Loops end with their condition: V8 then keeps out of them what does not change.

function loadColours(from: usize, to: usize, end: usize, plane: usize): void {
  do {
    v128.store(to, share(everyThird(v128.load(from))));
    v128.store(to + plane, share(everyThird(v128.load(from, 1))));
    v128.store(to + 2 * plane, share(everyThird(v128.load(from, 2))));
    from += 12;
    to += 16;
  } while (to < end);
}

function loadGrey(from: usize, to: usize, end: usize): void {
  do {
    v128.store(to, share(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from)))));
    from += 4;
    to += 16;
  } while (to < end);
}

/** Of the first ten bytes, as whole numbers. */
function everyThird(bytes: v128): v128 {
  const none = i32x4.splat(0);
  return v128.shuffle<u8>(bytes, none, 0, 16, 16, 16, 3, 16, 16, 16, 6, 16, 16, 16, 9, 16, 16, 16);
}

/** Of 255: in two parts, of which the first is exact, and so with the bits of a division, which takes longer. */
function share(bytes: v128): v128 {
  const values = f32x4.convert_i32x4_s(bytes);
  return f32x4.add(f32x4.mul(values, f32x4.splat(SHARE)), f32x4.mul(values, f32x4.splat(SHARE_REST)));
}
