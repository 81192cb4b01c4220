import { corruption } from "./corruption.js";
import { mapValues, type Picture } from "./picture.js";

/** So much is added to the value of each pixel, in HSV. */
export const brightness = corruption(
  { cifar: [0.05, 0.1, 0.15, 0.2, 0.3], imagenet: [0.1, 0.2, 0.3, 0.4, 0.5] },
  (picture, more) => inHsv(picture, ([h, s, v]) => [h, s, clip(v + more)]),
);

/** The distance from the mean of each channel, times this. */
export const contrast = corruption(
  { cifar: [0.75, 0.5, 0.4, 0.3, 0.15], imagenet: [0.4, 0.3, 0.2, 0.1, 0.05] },
  (picture, factor) => {
    const { values, channels } = picture;
    const means = Array.from({ length: channels }, (_, c) => {
      let sum = 0;
      for (let at = c; at < values.length; at += channels) sum += values[at];
      return sum / (values.length / channels);
    });
    return mapValues(picture, (value, at) => (value - means[at % channels]) * factor + means[at % channels]);
  },
);

/** The saturation in HSV, times `factor` and with `more`. Grey images have none. */
export const saturate = corruption(
  {
    cifar: [
      { factor: 0.3, more: 0 },
      { factor: 0.1, more: 0 },
      { factor: 1.5, more: 0 },
      { factor: 2, more: 0.1 },
      { factor: 2.5, more: 0.2 },
    ],
    imagenet: [
      { factor: 0.3, more: 0 },
      { factor: 0.1, more: 0 },
      { factor: 2, more: 0 },
      { factor: 5, more: 0.1 },
      { factor: 20, more: 0.2 },
    ],
  },
  (picture, { factor, more }) =>
    picture.channels === 1 ? picture : inHsv(picture, ([h, s, v]) => [h, clip(s * factor + more), v]),
);

type Triple = readonly [number, number, number];

function clip(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}

/** Of a grey image the value is all there is. */
function inHsv(picture: Picture, change: (hsv: Triple) => Triple): Picture {
  const { values, channels } = picture;
  if (channels === 1) return mapValues(picture, (value) => change([0, 0, value])[2]);
  const result = new Float64Array(values.length);
  for (let at = 0; at < values.length; at += channels) {
    result.set(toRgb(change(toHsv([values[at], values[at + 1], values[at + 2]]))), at);
  }
  return { ...picture, values: result };
}

function toHsv([r, g, b]: Triple): Triple {
  const most = Math.max(r, g, b);
  const span = most - Math.min(r, g, b);
  if (span === 0) return [0, 0, most];
  const sixths = most === r ? (g - b) / span : most === g ? 2 + (b - r) / span : 4 + (r - g) / span;
  return [(((sixths / 6) % 1) + 1) % 1, span / most, most];
}

function toRgb([h, s, v]: Triple): Triple {
  const whole = Math.floor(h * 6);
  const part = h * 6 - whole;
  const low = v * (1 - s);
  const falling = v * (1 - part * s);
  const rising = v * (1 - (1 - part) * s);
  const sectors: readonly Triple[] = [
    [v, rising, low],
    [falling, v, low],
    [low, v, rising],
    [low, falling, v],
    [rising, low, v],
    [v, low, falling],
  ];
  return sectors[whole % 6];
}
