import type { ImageBytes } from "./format.js";

/** The image that a program works on, and a spare of at least its size for steps that can't work in place. */
export interface Canvas {
  pixels: Float32Array;
  spare: Float32Array;
  height: number;
  width: number;
  channels: number;
}

/** An empty canvas; its buffers grow to the largest image it meets and are then reused. */
export function createCanvas(): Canvas {
  return { pixels: new Float32Array(0), spare: new Float32Array(0), height: 0, width: 0, channels: 0 };
}

/** Puts a box of an image on the canvas, with values in 0..1. */
export function load(
  canvas: Canvas,
  image: ImageBytes,
  top: number,
  left: number,
  height: number,
  width: number,
): void {
  const { data, channels } = image;
  const row = width * channels;
  if (canvas.pixels.length < height * row) canvas.pixels = new Float32Array(height * row);
  const { pixels } = canvas;
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * channels;
    const to = y * row;
    for (let i = 0; i < row; i++) pixels[to + i] = unit[data[from + i]];
  }
  canvas.height = height;
  canvas.width = width;
  canvas.channels = channels;
}

// A look-up is faster than a division.
const unit = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** The spare buffer, made large enough. */
export function spare(canvas: Canvas, length: number): Float32Array {
  if (canvas.spare.length < length) canvas.spare = new Float32Array(length);
  return canvas.spare;
}

/** Makes the spare buffer the image. */
export function swap(canvas: Canvas): void {
  const { pixels } = canvas;
  canvas.pixels = canvas.spare;
  canvas.spare = pixels;
}
