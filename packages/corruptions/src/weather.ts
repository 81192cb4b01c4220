import type { Rng } from "@contrastive/core";
import { corruption } from "./corruption.js";
import { blurAlong } from "./motion-blur.js";
import { layer, luma, mapValues, type Picture } from "./picture.js";
import { plasma } from "./plasma.js";
import { zoomed } from "./zoom-blur.js";

/** A cloud of this strength before the image. */
export const fog = corruption(
  {
    cifar: [
      { strength: 0.2, decay: 3 },
      { strength: 0.5, decay: 3 },
      { strength: 0.75, decay: 2.5 },
      { strength: 1, decay: 2 },
      { strength: 1.5, decay: 1.75 },
    ],
    imagenet: [
      { strength: 1.5, decay: 2 },
      { strength: 2, decay: 2 },
      { strength: 2.5, decay: 1.7 },
      { strength: 2.5, decay: 1.5 },
      { strength: 3, decay: 1.4 },
    ],
  },
  (picture, { strength, decay }, rng) => {
    const most = picture.values.reduce((a, b) => Math.max(a, b));
    const cloud = plasma(picture, decay, rng).values;
    return mapValues(picture, (value, at) => {
      const foggy = value + strength * cloud[Math.floor(at / picture.channels)];
      return (foggy * most) / (most + strength);
    });
  },
);

/** Flakes that fall, blurred along their way, on an image that is paler. */
export const snow = corruption(
  {
    cifar: [
      { mean: 0.1, deviation: 0.2, zoom: 1, least: 0.6, radius: 8, sigma: 3, kept: 0.95 },
      { mean: 0.1, deviation: 0.2, zoom: 1, least: 0.5, radius: 10, sigma: 4, kept: 0.9 },
      { mean: 0.15, deviation: 0.3, zoom: 1.75, least: 0.55, radius: 10, sigma: 4, kept: 0.9 },
      { mean: 0.25, deviation: 0.3, zoom: 2.25, least: 0.6, radius: 12, sigma: 6, kept: 0.85 },
      { mean: 0.3, deviation: 0.3, zoom: 1.25, least: 0.65, radius: 14, sigma: 12, kept: 0.8 },
    ],
    imagenet: [
      { mean: 0.1, deviation: 0.3, zoom: 3, least: 0.5, radius: 10, sigma: 4, kept: 0.8 },
      { mean: 0.2, deviation: 0.3, zoom: 2, least: 0.5, radius: 12, sigma: 4, kept: 0.7 },
      { mean: 0.55, deviation: 0.3, zoom: 4, least: 0.9, radius: 12, sigma: 8, kept: 0.7 },
      { mean: 0.55, deviation: 0.3, zoom: 4.5, least: 0.85, radius: 12, sigma: 8, kept: 0.65 },
      { mean: 0.55, deviation: 0.3, zoom: 2.5, least: 0.85, radius: 12, sigma: 12, kept: 0.55 },
    ],
  },
  (picture, { mean, deviation, zoom, least, radius, sigma, kept }, rng) => {
    const noise = layer(picture, () => mean + deviation * rng.normal());
    const flakes = mapValues(zoomed(noise, zoom), (value) =>
      value < least ? 0 : Math.floor(Math.min(Math.max(value, 0), 1) * 255) / 255,
    );
    const { values } = blurAlong(flakes, radius, sigma, -135 + 90 * rng.uniform());
    return mapValues(picture, (value, at) => {
      const pixel = Math.floor(at / picture.channels);
      const pale = Math.max(value, luma(picture, pixel) * 1.5 + 0.5);
      // Twice, the second time turned by half a circle.
      return kept * value + (1 - kept) * pale + values[pixel] + values[values.length - 1 - pixel];
    });
  },
);

/** Ice before the image. The original has photographs of it; this ice is made by code, see `ice`. */
export const frost = corruption(
  {
    cifar: [
      { kept: 1, strength: 0.2 },
      { kept: 1, strength: 0.3 },
      { kept: 0.9, strength: 0.4 },
      { kept: 0.85, strength: 0.4 },
      { kept: 0.75, strength: 0.45 },
    ],
    imagenet: [
      { kept: 1, strength: 0.4 },
      { kept: 0.8, strength: 0.6 },
      { kept: 0.7, strength: 0.7 },
      { kept: 0.65, strength: 0.7 },
      { kept: 0.6, strength: 0.75 },
    ],
  },
  (picture, { kept, strength }, rng) => {
    const { values } = ice(picture, rng);
    return mapValues(picture, (value, at) => kept * value + strength * values[at]);
  },
);

/** Highest where a cloud is near its middle. */
function ridge(value: number): number {
  return 1 - Math.abs(2 * value - 1);
}

/** Of each channel; ice is a little blue. */
const tint = [0.9, 0.97, 1];

/** Bright ridges between darker fields, as of crystals: where two clouds are near their middle. */
export function ice({ height, width, channels }: Omit<Picture, "values">, rng: Rng): Picture {
  const [wide, fine] = [1.6, 1.3].map((decay) => plasma({ height, width }, decay, rng).values);
  const values = Float64Array.from({ length: height * width * channels }, (_, at) => {
    const pixel = Math.floor(at / channels);
    const bright = 0.25 + 0.45 * ridge(wide[pixel]) ** 3 + 0.3 * ridge(fine[pixel]) ** 2;
    return bright * (channels === 1 ? 1 : tint[at % channels]);
  });
  return { values, height, width, channels };
}
