import { spare, swap, type Canvas } from "./canvas.js";
import { resamplingOf } from "./resampling.js";

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

/** Resizes the image, bilinear with antialiasing: first each row, then each column. */
export function resize(canvas: Canvas, height: number, width: number): void {
  if (width !== canvas.width) {
    if (canvas.channels === 3) resizeRowsOfColours(canvas, width);
    else resizeRows(canvas, width);
  }
  if (height !== canvas.height) resizeColumns(canvas, height);
}

function resizeRows(canvas: Canvas, width: number): void {
  const { pixels, height, width: from, channels } = canvas;
  const { starts, counts, weights, stride } = resamplingOf(from, width);
  const to = spare(canvas, height * width * channels);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        let source = (y * from + starts[x]) * channels + c;
        let sum = 0;
        for (let k = 0; k < counts[x]; k++, source += channels)
          sum += weights[x * stride + k] * pixels[source];
        to[at++] = sum;
      }
    }
  }
  canvas.width = width;
  swap(canvas);
}

/** As `resizeRows`, with the loop over three channels unrolled: the hot loop of a training view. */
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
        red += weight * pixels[source];
        green += weight * pixels[source + 1];
        blue += weight * pixels[source + 2];
      }
      to[at] = red;
      to[at + 1] = green;
      to[at + 2] = blue;
      at += 3;
    }
  }
  canvas.width = width;
  swap(canvas);
}

function resizeColumns(canvas: Canvas, height: number): void {
  const { pixels, width, channels } = canvas;
  const { starts, counts, weights, stride } = resamplingOf(canvas.height, height);
  const row = width * channels;
  const to = spare(canvas, height * row);
  for (let y = 0; y < height; y++) {
    const at = y * row;
    const source = starts[y] * row;
    const first = y * stride;
    const above = weights[first];
    const below = counts[y] > 1 ? weights[first + 1] : 0;
    const next = counts[y] > 1 ? source + row : source;
    // An enlargement needs no more than these two rows.
    for (let i = 0; i < row; i++) to[at + i] = above * pixels[source + i] + below * pixels[next + i];
    for (let k = 2; k < counts[y]; k++) {
      const weight = weights[first + k];
      const further = source + k * row;
      for (let i = 0; i < row; i++) to[at + i] += weight * pixels[further + i];
    }
  }
  canvas.height = height;
  swap(canvas);
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
