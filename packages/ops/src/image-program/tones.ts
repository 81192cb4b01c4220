import type { Canvas } from "./canvas.js";

const { fround } = Math;

/** A value that misses the threshold by rounding alone is inverted: levels and thresholds are often the same fraction. */
export function solarize({ pixels, height, width, channels }: Canvas, threshold: number): void {
  const length = height * width * channels;
  const least = fround(threshold - 1e-6);
  for (let i = 0; i < length; i++) if (pixels[i] >= least) pixels[i] = 1 - pixels[i];
}

export function posterize({ pixels, height, width, channels }: Canvas, bits: number): void {
  const length = height * width * channels;
  const levels = 2 ** bits;
  for (let i = 0; i < length; i++) {
    // Not below 0, where rounding may have carried a black pixel.
    const level = Math.max(0, Math.floor(pixels[i] * levels));
    pixels[i] = Math.min(level, levels - 1) / levels;
  }
}

export function invert({ pixels, height, width, channels }: Canvas): void {
  const length = height * width * channels;
  for (let i = 0; i < length; i++) pixels[i] = 1 - pixels[i];
}

/** With Pillow's table, which torchvision has too. */
export function equalize({ pixels, height, width, channels }: Canvas): void {
  const length = height * width * channels;
  for (let c = 0; c < channels; c++) {
    levels.fill(0);
    for (let i = c; i < length; i += channels) levels[levelOf(pixels[i])]++;
    const highest = levels.findLast((count) => count > 0) ?? 0;
    const each = Math.floor((height * width - highest) / 255);
    let below = 0;
    levels.forEach((count, level) => {
      levels[level] = each === 0 ? level : Math.min(255, Math.floor((below + (each >> 1)) / each));
      below += count;
    });
    for (let i = c; i < length; i += channels) pixels[i] = levels[levelOf(pixels[i])] / 255;
  }
}

const levels = new Uint32Array(256);

const STEPS = fround(255.999);

/** As torchvision makes bytes of floats. */
function levelOf(value: number): number {
  return Math.max(0, Math.min(255, Math.floor(fround(value * STEPS))));
}

export function autocontrast({ pixels, height, width, channels }: Canvas): void {
  const length = height * width * channels;
  for (let c = 0; c < channels; c++) {
    let [least, most] = [1, 0];
    for (let i = c; i < length; i += channels) {
      least = Math.min(least, pixels[i]);
      most = Math.max(most, pixels[i]);
    }
    // A range of rounding errors is none.
    const range = fround(most - least);
    if (range < 1e-4) continue;
    for (let i = c; i < length; i += channels) pixels[i] = fround(pixels[i] - least) / range;
  }
}
