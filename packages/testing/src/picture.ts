import type { ImageShape, RawImage } from "@contrastive/core";

/** A picture of ramps, edges and noise, from black to white; another for each number. */
export function picture({ height, width, channels }: ImageShape, number: number): RawImage {
  const data = new Uint8Array(height * width * channels);
  for (let i = 0; i < data.length; i++) {
    const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / (channels * width))];
    const noise = Math.imul(i + 1 + number * 7919, 2654435761) >>> 28;
    data[i] = (x * (5 + c) + y * 7 + number * 37 + c * 60 + noise) % 256;
  }
  return { data, height, width, channels };
}
