import { corruption } from "./corruption.js";
import { borderIndex, normalized } from "./filter.js";
import { mapValues, type Picture } from "./picture.js";

/** As a camera that moves, in a direction between -45 and 45 degrees. */
export const motionBlur = corruption(
  {
    cifar: [
      { radius: 6, sigma: 1 },
      { radius: 6, sigma: 1.5 },
      { radius: 6, sigma: 2 },
      { radius: 8, sigma: 2 },
      { radius: 9, sigma: 2.5 },
    ],
    imagenet: [
      { radius: 10, sigma: 3 },
      { radius: 15, sigma: 5 },
      { radius: 15, sigma: 8 },
      { radius: 15, sigma: 12 },
      { radius: 20, sigma: 15 },
    ],
  },
  (picture, { radius, sigma }, rng) => blurAlong(picture, radius, sigma, -45 + 90 * rng.uniform()),
);

/** ImageMagick's `-motion-blur`: a trail to one side, weighted by half a Gaussian. Gives bytes, in 0..1. */
export function blurAlong(picture: Picture, radius: number, sigma: number, degrees: number): Picture {
  const { values, height, width, channels } = picture;
  const angle = (degrees * Math.PI) / 180;
  const kernel = normalized(
    Array.from({ length: 2 * Math.ceil(radius) + 1 }, (_, i) => Math.exp(-(i * i) / (2 * sigma * sigma))),
  );
  const result = new Float64Array(values.length);
  kernel.forEach((weight, i) => {
    const down = Math.ceil(i * Math.sin(angle) - 0.5);
    const right = Math.ceil(i * Math.cos(angle) - 0.5);
    for (let y = 0; y < height; y++) {
      const fromRow = borderIndex(y + down, height, "nearest") * width;
      for (let x = 0; x < width; x++) {
        const from = (fromRow + borderIndex(x + right, width, "nearest")) * channels;
        const to = (y * width + x) * channels;
        for (let c = 0; c < channels; c++) result[to + c] += weight * values[from + c];
      }
    }
  });
  // Away from a value that would be cut off to the byte below.
  return mapValues({ ...picture, values: result }, (value) => (Math.round(value * 255) + 1e-6) / 255);
}
