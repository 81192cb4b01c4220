import { corruption } from "./corruption.js";
import { gaussianFilter } from "./filter.js";
import { mapValues } from "./picture.js";

/**
 * Pixels become as near ones, between two blurs.
 *
 * The original means to swap them, but its assignment of views copies one way; so the published images were made.
 */
export const glassBlur = corruption(
  {
    cifar: [
      { sigma: 0.05, most: 1, times: 1 },
      { sigma: 0.25, most: 1, times: 1 },
      { sigma: 0.4, most: 1, times: 1 },
      { sigma: 0.25, most: 1, times: 2 },
      { sigma: 0.4, most: 1, times: 2 },
    ],
    imagenet: [
      { sigma: 0.7, most: 1, times: 2 },
      { sigma: 0.9, most: 2, times: 1 },
      { sigma: 1, most: 2, times: 3 },
      { sigma: 1.1, most: 3, times: 2 },
      { sigma: 1.5, most: 4, times: 2 },
    ],
  },
  (picture, { sigma, most, times }, rng) => {
    const { height, width, channels } = picture;
    const moved = mapValues(gaussianFilter(picture, sigma), (value) => Math.floor(value * 255) / 255);
    const { values } = moved;
    for (let time = 0; time < times; time++) {
      // From the far corner, as far as near pixels are within the image.
      for (let y = Math.min(height - most, height - 1); y > most; y--) {
        for (let x = Math.min(width - most, width - 1); x > most; x--) {
          const right = rng.below(2 * most) - most;
          const down = rng.below(2 * most) - most;
          for (let c = 0; c < channels; c++) {
            values[(y * width + x) * channels + c] = values[((y + down) * width + x + right) * channels + c];
          }
        }
      }
    }
    return gaussianFilter(moved, sigma);
  },
);
