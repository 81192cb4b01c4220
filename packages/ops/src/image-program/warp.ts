import { spare, swap, type Canvas } from "./canvas.js";
import type { WarpStep } from "./format.js";

const { fround } = Math;

/** Makes each pixel anew from the place that the step maps it to. */
export function warp(canvas: Canvas, step: WarpStep): void {
  const { outHeight, outWidth } = step;
  const to = spare(canvas, outHeight * outWidth * canvas.channels);
  const sample = step.interpolation === "nearest" ? nearest : bilinear;
  for (let y = 0, at = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++, at += canvas.channels) {
      const divisor = step.wx * x + step.wy * y + 1;
      const fromX = quotient(step.xx * x + step.xy * y + step.x0, divisor);
      const fromY = quotient(step.yx * x + step.yy * y + step.y0, divisor);
      sample(canvas, step, fromX, fromY, to, at);
    }
  }
  canvas.height = outHeight;
  canvas.width = outWidth;
  swap(canvas);
}

/** What lies further away is as good as here, and float32 still has a few digits. */
const FARTHEST = 65_536;

/** Never beyond the farthest place, on the horizon neither. */
function quotient(dividend: number, divisor: number): number {
  if (Math.abs(divisor) < 1e-6) return -FARTHEST;
  const place = dividend / divisor;
  // One that is not a number is none.
  return place > -FARTHEST ? Math.min(place, FARTHEST) : -FARTHEST;
}

/** So that a tie falls the same way whatever the rounding. */
const TIE = 1e-4;

function nearest(
  { pixels, height, width, channels }: Canvas,
  { border, fill }: WarpStep,
  x: number,
  y: number,
  to: Float32Array,
  at: number,
): void {
  const column = inside(Math.floor(x + 0.5 + TIE), width, border);
  const row = inside(Math.floor(y + 0.5 + TIE), height, border);
  const from = (row * width + column) * channels;
  for (let c = 0; c < channels; c++) to[at + c] = row < 0 || column < 0 ? fill : pixels[from + c];
}

function bilinear(
  { pixels, height, width, channels }: Canvas,
  { border, fill }: WarpStep,
  x: number,
  y: number,
  to: Float32Array,
  at: number,
): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  let missing = 0;
  for (let c = 0; c < channels; c++) to[at + c] = 0;
  for (let k = 0; k < 4; k++) {
    const [right, below] = [k & 1, k >> 1];
    const column = inside(left + right, width, border);
    const row = inside(top + below, height, border);
    const weight = fround(
      (right === 1 ? x - left : 1 - (x - left)) * (below === 1 ? y - top : 1 - (y - top)),
    );
    if (column < 0 || row < 0) {
      missing += weight;
      continue;
    }
    const from = (row * width + column) * channels;
    for (let c = 0; c < channels; c++) to[at + c] += fround(weight * pixels[from + c]);
  }
  if (missing === 0) return;
  // As torchvision does: what is partly outside is darkened, and then blended with the fill.
  const covered = fround(1 - missing);
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
