import { WEIGHTS } from "./image-resampling";

/*
 * Rows of old pixels, `stride` bytes apart, blended into one by an entry of a table. They are read, and the new row written, up to
 * 15 values past their end; there it then has four zeros.
 */

export function blendBytes(from: usize, stride: usize, values: i32, entry: usize, row: usize): void {
  const first = from + <usize>load<u32>(entry);
  const count = load<i32>(entry + 4);
  for (let k = 0; k < count; k += 2) {
    const above = first + <usize>k * stride;
    const below = k + 1 < count ? above + stride : above;
    const a = v128.load32_splat(entry + WEIGHTS + ((<usize>k) << 2));
    // One that is missing adds nothing.
    const b = k + 1 < count ? v128.load32_splat(entry + WEIGHTS + ((<usize>k) << 2), 4) : f32x4.splat(0);
    for (let i = 0; i < values; i += 16) {
      const upper = v128.load(above + <usize>i);
      const lower = v128.load(below + <usize>i);
      const upperLow = i16x8.extend_low_i8x16_u(upper);
      const upperHigh = i16x8.extend_high_i8x16_u(upper);
      const lowerLow = i16x8.extend_low_i8x16_u(lower);
      const lowerHigh = i16x8.extend_high_i8x16_u(lower);
      const to = row + ((<usize>i) << 2);
      putTwo(k, to, a, i32x4.extend_low_i16x8_u(upperLow), b, i32x4.extend_low_i16x8_u(lowerLow));
      putTwo(k, to + 16, a, i32x4.extend_high_i16x8_u(upperLow), b, i32x4.extend_high_i16x8_u(lowerLow));
      putTwo(k, to + 32, a, i32x4.extend_low_i16x8_u(upperHigh), b, i32x4.extend_low_i16x8_u(lowerHigh));
      putTwo(k, to + 48, a, i32x4.extend_high_i16x8_u(upperHigh), b, i32x4.extend_high_i16x8_u(lowerHigh));
    }
  }
  v128.store(row + ((<usize>values) << 2), i32x4.splat(0));
}

export function blendFloats(from: usize, stride: usize, values: i32, entry: usize, row: usize): void {
  const first = from + <usize>load<u32>(entry);
  const count = load<i32>(entry + 4);
  for (let k = 0; k < count; k++) {
    const source = first + <usize>k * stride;
    const a = v128.load32_splat(entry + WEIGHTS + ((<usize>k) << 2));
    for (let i = 0; i < values; i += 4) {
      const at = (<usize>i) << 2;
      put(k, row + at, f32x4.mul(a, v128.load(source + at)));
    }
  }
  v128.store(row + ((<usize>values) << 2), i32x4.splat(0));
}

/** The first rows are put there, the others added, one after the other. */
function putTwo(k: i32, to: usize, a: v128, upper: v128, b: v128, lower: v128): void {
  const first = f32x4.mul(a, f32x4.convert_i32x4_s(upper));
  const second = f32x4.mul(b, f32x4.convert_i32x4_s(lower));
  v128.store(to, f32x4.add(k == 0 ? first : f32x4.add(v128.load(to), first), second));
}

function put(k: i32, to: usize, value: v128): void {
  v128.store(to, k == 0 ? value : f32x4.add(v128.load(to), value));
}
