import type { Canvas } from "./canvas.js";

interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

export function erase(canvas: Canvas, box: Box, colour: readonly number[]): void {
  paint(canvas, box, (_pixel, channel) => colour[channel]);
}

export function eraseWithNoise(canvas: Canvas, box: Box, seed: number): void {
  paint(canvas, box, (pixel, channel) => noise(seed, 3 * pixel + channel));
}

/** `value` gets the number of a pixel of the box, row by row. */
function paint(
  { pixels, width, channels }: Canvas,
  box: Box,
  value: (pixel: number, channel: number) => number,
): void {
  for (let pixel = 0; pixel < box.height * box.width; pixel++) {
    const y = box.top + Math.floor(pixel / box.width);
    const x = box.left + (pixel % box.width);
    for (let c = 0; c < channels; c++) pixels[(y * width + x) * channels + c] = value(pixel, c);
  }
}

/** A number in 0..1, in 2²⁴ steps: MurmurHash3's last steps, which whole numbers of 32 bits can do anywhere. */
function noise(seed: number, i: number): number {
  let bits = (Math.imul(seed, 0x9e3779b1) + i) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  bits ^= bits >>> 16;
  return (bits >>> 8) / 2 ** 24;
}
