import { corruption } from "./corruption.js";
import { mapValues } from "./picture.js";
import { poisson } from "./poisson.js";

/** Normal noise of this standard deviation. */
export const gaussianNoise = corruption(
  { cifar: [0.04, 0.06, 0.08, 0.09, 0.1], imagenet: [0.08, 0.12, 0.18, 0.26, 0.38] },
  (picture, deviation, rng) => mapValues(picture, (value) => value + deviation * rng.normal()),
);

/** Poisson noise, as of so many photons at full brightness. */
export const shotNoise = corruption(
  { cifar: [500, 250, 100, 75, 50], imagenet: [60, 25, 12, 5, 3] },
  (picture, photons, rng) => mapValues(picture, (value) => poisson(value * photons, rng) / photons),
);

/** This share of all values is black or white. */
export const impulseNoise = corruption(
  { cifar: [0.01, 0.02, 0.03, 0.05, 0.07], imagenet: [0.03, 0.06, 0.09, 0.17, 0.27] },
  (picture, share, rng) => {
    const isHit = picture.values.map(() => Number(rng.uniform() <= share));
    const salt = picture.values.map(() => Number(rng.uniform() < 0.5));
    return mapValues(picture, (value, at) => (isHit[at] === 1 ? salt[at] : value));
  },
);

/** Normal noise in proportion to the value. */
export const speckleNoise = corruption(
  { cifar: [0.06, 0.1, 0.12, 0.16, 0.2], imagenet: [0.15, 0.2, 0.35, 0.45, 0.6] },
  (picture, deviation, rng) => mapValues(picture, (value) => value + value * deviation * rng.normal()),
);
