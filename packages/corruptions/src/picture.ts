import type { RawImage } from "@contrastive/core";

// Loops: `from` and `map` of typed arrays take several times as long.

/** An image of numbers, mostly in 0..1: rows from the top, channels last. */
export interface Picture {
  readonly values: Float64Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export function toPicture({ data, height, width, channels }: RawImage): Picture {
  const values = new Float64Array(data.length);
  for (let at = 0; at < data.length; at++) values[at] = data[at] / 255;
  return { values, height, width, channels };
}

/** Values are cut off, as NumPy's conversion to bytes does, in which the published images were made. */
export function toImage({ values, height, width, channels }: Picture): RawImage {
  const data = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at++) data[at] = Math.min(Math.max(values[at], 0), 1) * 255;
  return { data, height, width, channels };
}

export function mapValues(picture: Picture, f: (value: number, at: number) => number): Picture {
  const values = new Float64Array(picture.values.length);
  for (let at = 0; at < values.length; at++) values[at] = f(picture.values[at], at);
  return { ...picture, values };
}

/** A picture of one channel, from a function of its values in order. */
export function layer(
  { height, width }: Pick<Picture, "height" | "width">,
  value: (at: number) => number,
): Picture {
  const values = new Float64Array(height * width);
  for (let at = 0; at < values.length; at++) values[at] = value(at);
  return { values, height, width, channels: 1 };
}

/** `0.299 R + 0.587 G + 0.114 B`, or the one channel. */
export function luma({ values, channels }: Picture, pixel: number): number {
  if (channels === 1) return values[pixel];
  const at = pixel * channels;
  return 0.299 * values[at] + 0.587 * values[at + 1] + 0.114 * values[at + 2];
}
