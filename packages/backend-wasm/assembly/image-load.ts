import { FLOAT } from "./simd";

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
    let from = image;
    for (let x = 0; x < width; x += 4) {
      const at = to + ((<usize>x) << 2);
      if (channels == 3) {
        v128.store(at, share(everyThird(v128.load(from))));
        v128.store(at + plane, share(everyThird(v128.load(from, 1))));
        v128.store(at + 2 * plane, share(everyThird(v128.load(from, 2))));
        from += 12;
      } else {
        v128.store(at, share(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from)))));
        from += 4;
      }
    }
    image += stride;
    to += <usize>width * FLOAT;
  }
}

/** Of the first ten bytes, as whole numbers. */
function everyThird(bytes: v128): v128 {
  const none = i32x4.splat(0);
  return v128.shuffle<u8>(bytes, none, 0, 16, 16, 16, 3, 16, 16, 16, 6, 16, 16, 16, 9, 16, 16, 16);
}

/** Of 255. */
function share(bytes: v128): v128 {
  return f32x4.div(f32x4.convert_i32x4_u(bytes), f32x4.splat(255));
}
