import type { Canvas } from "./canvas.js";

const { fround } = Math;

export function brightness({ pixels, height, width, channels }: Canvas, factor: number): void {
  const length = height * width * channels;
  const by = finite(factor);
  for (let i = 0; i < length; i++) pixels[i] = clamp(pixels[i] * by);
}

export function contrast(canvas: Canvas, factor: number): void {
  const { pixels, height, width, channels } = canvas;
  const length = height * width * channels;
  const by = finite(factor);
  const rest = fround(fround(1 - by) * meanLuminance(canvas));
  for (let i = 0; i < length; i++) pixels[i] = clamp(fround(pixels[i] * by) + rest);
}

export function saturation({ pixels, height, width, channels }: Canvas, factor: number): void {
  if (channels === 1) return;
  const length = height * width * 3;
  const by = finite(factor);
  const others = fround(1 - by);
  for (let i = 0; i < length; i += 3) {
    const red = pixels[i];
    const green = pixels[i + 1];
    const blue = pixels[i + 2];
    const rest = fround(others * luminance(red, green, blue));
    pixels[i] = clamp(fround(red * by) + rest);
    pixels[i + 1] = clamp(fround(green * by) + rest);
    pixels[i + 2] = clamp(fround(blue * by) + rest);
  }
}

export function grayscale({ pixels, height, width, channels }: Canvas): void {
  if (channels === 1) return;
  const length = height * width * 3;
  for (let i = 0; i < length; i += 3) {
    const value = luminance(pixels[i], pixels[i + 1], pixels[i + 2]);
    pixels[i] = value;
    pixels[i + 1] = value;
    pixels[i + 2] = value;
  }
}

export function hue({ pixels, height, width, channels }: Canvas, shift: number): void {
  if (channels === 1) return;
  const length = height * width * 3;
  const sixths = fround(6 * fround(shift));
  for (let i = 0; i < length; i += 3) {
    const red = pixels[i];
    const green = pixels[i + 1];
    const blue = pixels[i + 2];
    const most = Math.max(red, green, blue);
    const least = Math.min(red, green, blue);
    const range = fround(most - least);
    // A grey pixel has no hue.
    if (range === 0) continue;
    // In sixths of a turn: red is at 0, green at 2, blue at 4, each from the difference of the two after it.
    let turn: number;
    if (most === red) turn = fround(sixths + fround(fround(green - blue) / range));
    else if (most === green) turn = fround(2 + fround(sixths + fround(fround(blue - red) / range)));
    else turn = fround(4 + fround(sixths + fround(fround(red - green) / range)));
    if (turn < 0) turn = fround(turn + 6);
    else if (turn >= 6) turn = fround(turn - 6);
    pixels[i] = least + fround(range * share(turn));
    pixels[i + 1] = least + fround(range * share(fround(turn < 2 ? turn + 4 : turn - 2)));
    pixels[i + 2] = least + fround(range * share(fround(turn < 4 ? turn + 2 : turn - 4)));
  }
}

/** Of a pixel's range, what a channel gets whose own hue lies `turn` sixths back: all within 1, nothing from 2 to 4. */
function share(turn: number): number {
  return clamp(fround(Math.abs(fround(turn - 3)) - 1));
}

const sums = new Float64Array(4);

function meanLuminance({ pixels, height, width, channels }: Canvas): number {
  const count = height * width;
  // Four, as a vector has lanes.
  sums.fill(0);
  for (let i = 0; i < count; i++) {
    sums[i & 3] +=
      channels === 1 ? pixels[i] : luminance(pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]);
  }
  return fround((sums[0] + sums[1] + (sums[2] + sums[3])) / count);
}

const RED = fround(0.2989);
const GREEN = fround(0.587);
const BLUE = fround(0.114);

/** ITU-R 601, with the digits that torchvision uses: they sum to 0.9999. */
function luminance(red: number, green: number, blue: number): number {
  return fround(fround(fround(RED * red) + fround(GREEN * green)) + fround(BLUE * blue));
}

/** A factor that float32 holds, and its products with what an image has. */
export function finite(factor: number): number {
  return fround(Math.min(factor, 1e30));
}

export function clamp(value: number): number {
  return value > 0 ? (value < 1 ? value : 1) : 0;
}
