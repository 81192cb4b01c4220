import { clamp } from "./image-colours";
import { FLOAT } from "./simd";

/**
 * Blends each pixel that has eight neighbours with their mean, in which it counts five times itself; `smoothed` is the part of the
 * latter. Both sides must have three pixels. Writes up to two values past the plane's end.
 */
export function sharpen(from: usize, height: i32, width: i32, smoothed: f32, to: usize): void {
  const bytes = <usize>width * FLOAT;
  memory.copy(to, from, bytes);
  const blend = f32x4.splat(smoothed);
  for (let y = 1; y < height - 1; y++) {
    from += bytes;
    to += bytes;
    let x = FLOAT;
    // With the condition at its end, V8 keeps out of the loop what does not change.
    do {
      const at = from + x;
      const old = v128.load(at);
      let sum = f32x4.mul(f32x4.splat(4), old);
      sum = f32x4.add(sum, three(at - bytes));
      sum = f32x4.add(sum, three(at));
      sum = f32x4.add(sum, three(at + bytes));
      const change = f32x4.sub(f32x4.div(sum, f32x4.splat(13)), old);
      v128.store(to + x, clamp(f32x4.add(old, f32x4.mul(blend, change))));
      x += 16;
    } while (x < bytes - FLOAT);
    store<f32>(to, load<f32>(from));
    store<f32>(to + bytes - FLOAT, load<f32>(from + bytes - FLOAT));
  }
  // Last, as the rows above are written beyond their ends.
  memory.copy(to + bytes, from + bytes, bytes);
}

/** The sums of values and their neighbours on both sides. */
function three(at: usize): v128 {
  return f32x4.add(f32x4.add(v128.load(at - FLOAT), v128.load(at)), v128.load(at, 4));
}
