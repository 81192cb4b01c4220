import { spare, swap, type Canvas } from "./canvas.js";

const { fround } = Math;

/** Blurs with a Gaussian, rows first, reflecting at the border without repeating the edge. */
export function gaussianBlur(canvas: Canvas, kernelSize: number, sigma: number): void {
  const radius = gaussianRadius(kernelSize, sigma);
  const kernel = halfKernel(radius, sigma);
  blurRows(canvas, kernel, radius);
  blurColumns(canvas, kernel, radius);
}

// Reused from call to call.
let kernelBuffer = new Float32Array(1);
let rowBuffer = new Float32Array(0);

/** The kernel from its centre outwards, scaled so that the whole sums to 1. */
function halfKernel(radius: number, sigma: number): Float32Array {
  if (kernelBuffer.length <= radius) kernelBuffer = new Float32Array(radius + 1);
  const kernel = kernelBuffer;
  const decay = gaussianDecay(sigma);
  let total = 1;
  for (let k = 1, weight = decay, ratio = decay; k <= radius; k++) {
    total += 2 * weight;
    ratio *= decay * decay;
    weight *= ratio;
  }
  kernel[0] = 1 / total;
  for (let k = 1, weight = decay, ratio = decay; k <= radius; k++) {
    kernel[k] = weight / total;
    ratio *= decay * decay;
    weight *= ratio;
  }
  return kernel;
}

/** e^(-1/2σ²): a weight is the one before it times an odd power of this. */
export function gaussianDecay(sigma: number): number {
  return Math.exp(-0.5 / sigma ** 2);
}

/** Pixels on either side that count: what lies beyond 6 sigma weighs less than 2e-8 together, less than float32 resolves. */
export function gaussianRadius(kernelSize: number, sigma: number): number {
  return Math.min((kernelSize - 1) / 2, Math.ceil(6 * sigma));
}

function blurRows(canvas: Canvas, kernel: Float32Array, radius: number): void {
  const { pixels, height, width, channels } = canvas;
  const row = width * channels;
  const margin = radius * channels;
  const to = spare(canvas, height * row);
  if (rowBuffer.length < row + 2 * margin) rowBuffer = new Float32Array(row + 2 * margin);
  const padded = rowBuffer;
  for (let y = 0; y < height; y++) {
    for (let x = -radius; x < width + radius; x++) {
      const from = y * row + reflect(x, width) * channels;
      for (let c = 0; c < channels; c++) padded[margin + x * channels + c] = pixels[from + c];
    }
    for (let i = 0; i < row; i++) {
      const at = margin + i;
      let sum = fround(kernel[0] * padded[at]);
      for (let k = 1, by = channels; k <= radius; k++, by += channels) {
        sum = fround(sum + fround(kernel[k] * fround(padded[at - by] + padded[at + by])));
      }
      to[y * row + i] = sum;
    }
  }
  swap(canvas);
}

function blurColumns(canvas: Canvas, kernel: Float32Array, radius: number): void {
  const { pixels, height, width, channels } = canvas;
  const row = width * channels;
  const to = spare(canvas, height * row);
  for (let y = 0; y < height; y++) {
    const at = y * row;
    for (let i = 0; i < row; i++) to[at + i] = kernel[0] * pixels[at + i];
    for (let k = 1; k <= radius; k++) {
      const weight = kernel[k];
      const above = reflect(y - k, height) * row;
      const below = reflect(y + k, height) * row;
      for (let i = 0; i < row; i++) {
        to[at + i] += fround(weight * fround(pixels[above + i] + pixels[below + i]));
      }
    }
  }
  swap(canvas);
}

/** The pixel that stands in for one less than a side's length outside. */
function reflect(i: number, length: number): number {
  if (i < 0) return -i;
  return i < length ? i : 2 * (length - 1) - i;
}
