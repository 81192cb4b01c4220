import type { Canvas } from "./canvas.js";

export function brightness({ pixels, height, width, channels }: Canvas, factor: number): void {
  const length = height * width * channels;
  for (let i = 0; i < length; i++) pixels[i] = clamp(pixels[i] * factor);
}

export function contrast(canvas: Canvas, factor: number): void {
  const { pixels, height, width, channels } = canvas;
  const length = height * width * channels;
  const rest = (1 - factor) * meanLuminance(canvas);
  for (let i = 0; i < length; i++) pixels[i] = clamp(pixels[i] * factor + rest);
}

export function saturation({ pixels, height, width, channels }: Canvas, factor: number): void {
  if (channels === 1) return;
  const length = height * width * 3;
  for (let i = 0; i < length; i += 3) {
    const red = pixels[i];
    const green = pixels[i + 1];
    const blue = pixels[i + 2];
    const rest = (1 - factor) * luminance(red, green, blue);
    pixels[i] = clamp(red * factor + rest);
    pixels[i + 1] = clamp(green * factor + rest);
    pixels[i + 2] = clamp(blue * factor + rest);
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
  for (let i = 0; i < length; i += 3) {
    const red = pixels[i];
    const green = pixels[i + 1];
    const blue = pixels[i + 2];
    const most = Math.max(red, green, blue);
    const least = Math.min(red, green, blue);
    const range = most - least;
    // A grey pixel has no hue.
    if (range === 0) continue;
    // In sixths of a turn: red is at 0, green at 2, blue at 4.
    let turn = shift * 6;
    if (most === red) turn += (green - blue) / range;
    else if (most === green) turn += 2 + (blue - red) / range;
    else turn += 4 + (red - green) / range;
    if (turn < 0) turn += 6;
    else if (turn >= 6) turn -= 6;
    pixels[i] = least + range * share(turn);
    pixels[i + 1] = least + range * share(turn < 2 ? turn + 4 : turn - 2);
    pixels[i + 2] = least + range * share(turn < 4 ? turn + 2 : turn - 4);
  }
}

/** Of a pixel's range, what a channel gets whose own hue lies `turn` sixths back: all within 1, nothing from 2 to 4. */
function share(turn: number): number {
  return clamp(Math.abs(turn - 3) - 1);
}

function meanLuminance({ pixels, height, width, channels }: Canvas): number {
  const length = height * width * channels;
  let sum = 0;
  if (channels === 1) for (let i = 0; i < length; i++) sum += pixels[i];
  else for (let i = 0; i < length; i += 3) sum += luminance(pixels[i], pixels[i + 1], pixels[i + 2]);
  return sum / (height * width);
}

/** ITU-R 601, with the digits that torchvision uses: they sum to 0.9999. */
function luminance(red: number, green: number, blue: number): number {
  return 0.2989 * red + 0.587 * green + 0.114 * blue;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
