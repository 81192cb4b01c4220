import { spare, swap, type Canvas } from "./canvas.js";
import type { WarpStep } from "./format.js";

const { fround } = Math;

/** Makes each pixel anew from the place that the step maps it to. */
export function warp(canvas: Canvas, step: WarpStep): void {
  const { outHeight, outWidth } = step;
  const to = spare(canvas, outHeight * outWidth * canvas.channels);
  const sample = step.interpolation === "nearest" ? nearest : bilinear;
  for (let y = 0, at = 0; y < outHeight; y++) {
    const column = step.xy * y + step.x0;
    const row = step.yy * y + step.y0;
    const divisor = step.wy * y + 1;
    for (let x = 0; x < outWidth; x++, at += canvas.channels) {
      const inverse = inverted(step.wx * x + divisor);
      const fromX = within((step.xx * x + column) * inverse);
      const fromY = within((step.yx * x + row) * inverse);
      sample(canvas, step, fromX, fromY, to, at);
    }
  }
  canvas.height = outHeight;
  canvas.width = outWidth;
  swap(canvas);
}

/** What lies further away is as good as here, and float32 still has a few digits. */
const FARTHEST = 65_536;

/** No number on the horizon. */
function inverted(divisor: number): number {
  return Math.abs(divisor) < 1e-6 ? Number.NaN : 1 / divisor;
}

/** A place that is not too far away. What is not a number is as far away as can be. */
export function within(place: number): number {
  return place > -FARTHEST ? Math.min(place, FARTHEST) : -FARTHEST;
}

/** Half a pixel, and so much more that a tie falls the same way whatever the rounding. */
const HALF = 0.5 + 1e-4;

function nearest(
  { pixels, height, width, channels }: Canvas,
  { border, fill }: WarpStep,
  x: number,
  y: number,
  to: Float32Array,
  at: number,
): void {
  const column = inside(Math.floor(x + HALF), width, border);
  const row = inside(Math.floor(y + HALF), height, border);
  const from = (row * width + column) * channels;
  for (let c = 0; c < channels; c++) to[at + c] = row < 0 || column < 0 ? fill : pixels[from + c];
}

export function bilinear(
  { pixels, height, width, channels }: Canvas,
  { border, fill }: Pick<WarpStep, "border" | "fill">,
  x: number,
  y: number,
  to: Float32Array,
  at: number,
): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [partX, partY] = [fround(x - left), fround(y - top)];
  let missing = 0;
  let none = true;
  for (let c = 0; c < channels; c++) to[at + c] = 0;
  for (let k = 0; k < 4; k++) {
    const [right, below] = [k & 1, k >> 1];
    const column = inside(left + right, width, border);
    const row = inside(top + below, height, border);
    const weight = fround(
      (right === 1 ? partX : fround(1 - partX)) * (below === 1 ? partY : fround(1 - partY)),
    );
    if (column < 0 || row < 0) {
      missing = fround(missing + weight);
      continue;
    }
    none = false;
    const from = (row * width + column) * channels;
    for (let c = 0; c < channels; c++) to[at + c] += fround(weight * pixels[from + c]);
  }
  const covered = none ? 0 : fround(1 - missing);
  if (covered === 1) return;
  // As torchvision does: what is partly outside is darkened, and then blended with the fill.
  const outside = fround(fill);
  for (let c = 0; c < channels; c++) {
    to[at + c] = fround(covered * fround(to[at + c] - outside)) + outside;
  }
}

/** The place that stands in for `i`, or -1 where the fill does. */
function inside(i: number, length: number, border: WarpStep["border"]): number {
  if (i >= 0 && i < length) return i;
  switch (border) {
    case "constant":
      return -1;
    case "edge":
      return i < 0 ? 0 : length - 1;
    case "reflect": {
      if (length === 1) return 0;
      const period = 2 * (length - 1);
      const place = modulo(i, period);
      return place < length ? place : period - place;
    }
    case "symmetric": {
      const place = modulo(i, 2 * length);
      return place < length ? place : 2 * length - 1 - place;
    }
  }
}

function modulo(i: number, period: number): number {
  return ((i % period) + period) % period;
}
