import { FLOAT } from "./simd";

/**
 * Planes to pixels, channels last. `scaling`, unless it is 0, has a mean for each channel, which is subtracted, then what each is
 * divided by.
 */
export function storePixels(
  pixels: usize,
  plane: usize,
  count: i32,
  channels: i32,
  scaling: usize,
  to: usize,
): void {
  const end = to + <usize>(count * channels) * FLOAT;
  const whole = <usize>(count & ~3) * FLOAT;
  if (channels == 3) {
    const step = 3 * FLOAT;
    for (let at: usize = 0; at < whole; at += 16) {
      const red = scaled(v128.load(pixels + at), scaling, 0, step);
      const green = scaled(v128.load(pixels + plane + at), scaling, FLOAT, step);
      const blue = scaled(v128.load(pixels + 2 * plane + at), scaling, 2 * FLOAT, step);
      const redGreen = v128.shuffle<f32>(red, green, 0, 4, 1, 5);
      const redGreen2 = v128.shuffle<f32>(red, green, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f32>(redGreen, v128.shuffle<f32>(blue, red, 0, 5, 0, 5), 0, 1, 4, 5));
      v128.store(
        to,
        v128.shuffle<f32>(v128.shuffle<f32>(green, blue, 1, 5, 1, 5), redGreen2, 0, 1, 4, 5),
        16,
      );
      const blues = v128.shuffle<f32>(blue, red, 2, 7, 2, 7);
      v128.store(to, v128.shuffle<f32>(blues, v128.shuffle<f32>(green, blue, 3, 7, 3, 7), 0, 1, 4, 5), 32);
      to += 48;
    }
  } else {
    for (let at: usize = 0; at < whole; at += 16) {
      v128.store(to, scaled(v128.load(pixels + at), scaling, 0, FLOAT));
      to += 16;
    }
  }
  // What lies behind belongs to another image.
  for (let at = whole; to < end; at += FLOAT) {
    for (let c: usize = 0; c < <usize>channels; c++) {
      const value = f32x4.splat(load<f32>(pixels + c * plane + at));
      store<f32>(to, f32x4.extract_lane(scaled(value, scaling, c * FLOAT, <usize>channels * FLOAT), 0));
      to += FLOAT;
    }
  }
}

function scaled(value: v128, scaling: usize, mean: usize, step: usize): v128 {
  if (scaling == 0) return value;
  const at = scaling + mean;
  return f32x4.div(f32x4.sub(value, v128.load32_splat(at)), v128.load32_splat(at + step));
}
