import { spare, swap, type Canvas } from "./canvas.js";
import type { ImageBytes } from "./format.js";
import { type Resampling, resamplingOf } from "./resampling.js";

const { fround } = Math;

/** Keeps a box of the image. */
export function crop(canvas: Canvas, top: number, left: number, height: number, width: number): void {
  const { pixels, channels } = canvas;
  const row = width * channels;
  // Rows only move towards the start, so none is overwritten before it is read.
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * canvas.width + left) * channels;
    pixels.copyWithin(y * row, from, from + row);
  }
  canvas.height = height;
  canvas.width = width;
}

/** Resizes a box of an image to the canvas, with values in 0..1, as `resize` does; in one with turning bytes into floats. */
export function loadResized(
  canvas: Canvas,
  image: ImageBytes,
  box: { readonly top: number; readonly left: number; readonly height: number; readonly width: number },
  height: number,
  width: number,
): void {
  const { data, channels } = image;
  const row = box.width * channels;
  const to = spare(canvas, height * row);
  const first = (box.top * image.width + box.left) * channels;
  blendRows(data, first, image.width * channels, row, resamplingOf(box.height, height, 1 / 255), height, to);
  canvas.height = height;
  canvas.width = box.width;
  canvas.channels = channels;
  swap(canvas);
  resizeRows(canvas, width);
}

/** Resizes the image, bilinear with antialiasing: first each column, then each row. */
export function resize(canvas: Canvas, height: number, width: number): void {
  if (height !== canvas.height) {
    const row = canvas.width * canvas.channels;
    const to = spare(canvas, height * row);
    blendRows(canvas.pixels, 0, row, row, resamplingOf(canvas.height, height), height, to);
    canvas.height = height;
    swap(canvas);
  }
  resizeRows(canvas, width);
}

/** Makes `height` rows of `row` values of old ones, which are `stride` values apart. */
function blendRows(
  from: Uint8Array | Float32Array,
  first: number,
  stride: number,
  row: number,
  { starts, counts, weights, stride: taps }: Resampling,
  height: number,
  to: Float32Array,
): void {
  for (let y = 0; y < height; y++) {
    const at = y * row;
    const source = first + starts[y] * stride;
    const above = weights[y * taps];
    const below = counts[y] > 1 ? weights[y * taps + 1] : 0;
    const next = counts[y] > 1 ? source + stride : source;
    // An enlargement needs no more than these two rows.
    for (let i = 0; i < row; i++) {
      to[at + i] = fround(above * from[source + i]) + fround(below * from[next + i]);
    }
    for (let k = 2; k < counts[y]; k++) {
      const weight = weights[y * taps + k];
      const further = source + k * stride;
      for (let i = 0; i < row; i++) to[at + i] += fround(weight * from[further + i]);
    }
  }
}

function resizeRows(canvas: Canvas, width: number): void {
  if (width === canvas.width) return;
  if (canvas.channels === 3) resizeRowsOfColours(canvas, width);
  else resizeRowsOfGrey(canvas, width);
  canvas.width = width;
  swap(canvas);
}

function resizeRowsOfGrey(canvas: Canvas, width: number): void {
  const { pixels, height, width: from } = canvas;
  const { starts, counts, weights, stride } = resamplingOf(from, width);
  const to = spare(canvas, height * width);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let source = y * from + starts[x];
      let sum = 0;
      const end = x * stride + counts[x];
      for (let k = x * stride; k < end; k++) sum = fround(sum + fround(weights[k] * pixels[source++]));
      to[at++] = sum;
    }
  }
}

/** As `resizeRowsOfGrey`, with the loop over three channels unrolled: the hot loop of a training view. */
function resizeRowsOfColours(canvas: Canvas, width: number): void {
  const { pixels, height, width: from } = canvas;
  const { starts, counts, weights, stride } = resamplingOf(from, width);
  const to = spare(canvas, height * width * 3);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let source = (y * from + starts[x]) * 3;
      let red = 0;
      let green = 0;
      let blue = 0;
      const end = x * stride + counts[x];
      for (let k = x * stride; k < end; k++, source += 3) {
        const weight = weights[k];
        red = fround(red + fround(weight * pixels[source]));
        green = fround(green + fround(weight * pixels[source + 1]));
        blue = fround(blue + fround(weight * pixels[source + 2]));
      }
      to[at] = red;
      to[at + 1] = green;
      to[at + 2] = blue;
      at += 3;
    }
  }
}

export function flipHorizontal({ pixels, height, width, channels }: Canvas): void {
  const row = width * channels;
  for (let y = 0; y < height; y++) {
    let left = y * row;
    let right = left + row - channels;
    for (; left < right; left += channels, right -= channels) {
      for (let c = 0; c < channels; c++) {
        const value = pixels[left + c];
        pixels[left + c] = pixels[right + c];
        pixels[right + c] = value;
      }
    }
  }
}

export function flipVertical({ pixels, height, width, channels }: Canvas): void {
  const row = width * channels;
  for (let top = 0, bottom = (height - 1) * row; top < bottom; top += row, bottom -= row) {
    for (let i = 0; i < row; i++) {
      const value = pixels[top + i];
      pixels[top + i] = pixels[bottom + i];
      pixels[bottom + i] = value;
    }
  }
}
