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
  if (whole > 0) {
    if (channels == 3) storeColours(pixels, plane, whole, scaling, to);
    else storeGrey(pixels, whole, scaling, to);
    to += whole * <usize>channels;
  }
  // What lies behind belongs to another image.
  for (let at = whole; to < end; at += FLOAT) {
    for (let c = 0; c < channels; c++) {
      const value = v128.load32_splat(pixels + <usize>c * plane + at);
      v128.store32_lane(to, scaled(value, meanOf(scaling, c), divisorOf(scaling, channels, c)), 0);
      to += FLOAT;
    }
  }
}

// Loops end with their condition: V8 then keeps out of them what does not change.

function storeColours(pixels: usize, plane: usize, bytes: usize, scaling: usize, to: usize): void {
  const redMean = meanOf(scaling, 0);
  const greenMean = meanOf(scaling, 1);
  const blueMean = meanOf(scaling, 2);
  const redDivisor = divisorOf(scaling, 3, 0);
  const greenDivisor = divisorOf(scaling, 3, 1);
  const blueDivisor = divisorOf(scaling, 3, 2);
  const end = pixels + bytes;
  do {
    const red = scaled(v128.load(pixels), redMean, redDivisor);
    const green = scaled(v128.load(pixels + plane), greenMean, greenDivisor);
    const blue = scaled(v128.load(pixels + 2 * plane), blueMean, blueDivisor);
    const redGreen = v128.shuffle<f32>(red, green, 0, 4, 1, 5);
    const redGreen2 = v128.shuffle<f32>(red, green, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(redGreen, v128.shuffle<f32>(blue, red, 0, 5, 0, 5), 0, 1, 4, 5));
    v128.store(to, v128.shuffle<f32>(v128.shuffle<f32>(green, blue, 1, 5, 1, 5), redGreen2, 0, 1, 4, 5), 16);
    const blues = v128.shuffle<f32>(blue, red, 2, 7, 2, 7);
    v128.store(to, v128.shuffle<f32>(blues, v128.shuffle<f32>(green, blue, 3, 7, 3, 7), 0, 1, 4, 5), 32);
    pixels += 16;
    to += 48;
  } while (pixels < end);
}

function storeGrey(pixels: usize, bytes: usize, scaling: usize, to: usize): void {
  const mean = meanOf(scaling, 0);
  const divisor = divisorOf(scaling, 1, 0);
  const end = pixels + bytes;
  do {
    v128.store(to, scaled(v128.load(pixels), mean, divisor));
    pixels += 16;
    to += 16;
  } while (pixels < end);
}

function scaled(value: v128, mean: v128, divisor: v128): v128 {
  return f32x4.div(f32x4.sub(value, mean), divisor);
}

function meanOf(scaling: usize, channel: i32): v128 {
  return scaling == 0 ? f32x4.splat(0) : v128.load32_splat(scaling + ((<usize>channel) << 2));
}

function divisorOf(scaling: usize, channels: i32, channel: i32): v128 {
  return scaling == 0 ? f32x4.splat(1) : v128.load32_splat(scaling + ((<usize>(channels + channel)) << 2));
}
