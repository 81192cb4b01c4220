import { spare, swap, type Canvas } from "./canvas.js";

/** Blends each pixel that has eight neighbours with their mean, in which it counts five times itself. */
export function sharpness(canvas: Canvas, factor: number): void {
  const { pixels, height, width, channels } = canvas;
  const row = width * channels;
  const to = spare(canvas, height * row);
  to.set(pixels.subarray(0, height * row));
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * row + channels; i < (y + 1) * row - channels; i++) {
      let sum = 4 * pixels[i];
      for (const at of [i - row, i, i + row])
        sum += pixels[at - channels] + pixels[at] + pixels[at + channels];
      const value = pixels[i] + (1 - factor) * (sum / 13 - pixels[i]);
      to[i] = Math.max(0, Math.min(1, value));
    }
  }
  swap(canvas);
}
