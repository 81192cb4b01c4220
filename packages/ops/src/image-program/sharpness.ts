import { spare, swap, type Canvas } from "./canvas.js";
import { clamp, finite } from "./colour.js";

const { fround } = Math;

/** Blends each pixel that has eight neighbours with their mean, in which it counts five times itself. */
export function sharpness(canvas: Canvas, factor: number): void {
  const { pixels, height, width, channels } = canvas;
  const row = width * channels;
  const smoothed = fround(1 - finite(factor));
  const to = spare(canvas, height * row);
  to.set(pixels.subarray(0, height * row));
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * row + channels; i < (y + 1) * row - channels; i++) {
      let sum = 4 * pixels[i];
      for (let at = i - row; at <= i + row; at += row) {
        sum = fround(sum + fround(fround(pixels[at - channels] + pixels[at]) + pixels[at + channels]));
      }
      to[i] = clamp(pixels[i] + fround(smoothed * fround(fround(sum / 13) - pixels[i])));
    }
  }
  swap(canvas);
}
