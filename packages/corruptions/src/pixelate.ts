import { corruption } from "./corruption.js";
import type { Picture } from "./picture.js";

/** Scaled down to this share of its size, and up again. */
export const pixelate = corruption(
  { cifar: [0.95, 0.9, 0.85, 0.75, 0.65], imagenet: [0.6, 0.5, 0.4, 0.3, 0.25] },
  (picture, share) => {
    const { height, width } = picture;
    const few = (length: number) => Math.max(1, Math.floor(length * share));
    return resizeByBox(resizeByBox(picture, few(height), few(width)), height, width);
  },
);

/** Pillow's `BOX`: the mean of the pixels whose middles lie in the box of each new one; columns first, bytes between. */
function resizeByBox(picture: Picture, height: number, width: number): Picture {
  return resizeRows(resizeColumns(picture, width), height);
}

function resizeColumns(picture: Picture, width: number): Picture {
  const { values, height, channels } = picture;
  const boxes = boxesOf(picture.width, width);
  const result = new Float64Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    boxes.forEach(([start, end], x) => {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let from = start; from < end; from++) sum += values[(y * picture.width + from) * channels + c];
        result[(y * width + x) * channels + c] = byte(sum / (end - start));
      }
    });
  }
  return { values: result, height, width, channels };
}

function resizeRows(picture: Picture, height: number): Picture {
  const { values, width, channels } = picture;
  const row = width * channels;
  const result = new Float64Array(height * row);
  boxesOf(picture.height, height).forEach(([start, end], y) => {
    for (let x = 0; x < row; x++) {
      let sum = 0;
      for (let from = start; from < end; from++) sum += values[from * row + x];
      result[y * row + x] = byte(sum / (end - start));
    }
  });
  return { values: result, height, width, channels };
}

/** First and after the last of the pixels that become one. */
function boxesOf(from: number, to: number): readonly (readonly [number, number])[] {
  const scale = from / to;
  const reach = 0.5 * Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const middle = (i + 0.5) * scale;
    // A pixel whose middle is on the upper edge is in, on the lower edge out.
    const start = Math.max(0, Math.floor(middle - reach - 0.5) + 1);
    const end = Math.min(from, Math.floor(middle + reach - 0.5) + 1);
    return [start, end] as const;
  });
}

/** Rounded, and away from a value that would be cut off to the byte below. */
function byte(value: number): number {
  return (Math.floor(value * 255 + 0.5) + 1e-6) / 255;
}
