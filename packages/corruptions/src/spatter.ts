import { canny } from "./canny.js";
import { corruption } from "./corruption.js";
import { distances } from "./distances.js";
import { filter2d, gaussianFilter } from "./filter.js";
import { layer, mapValues, type Picture } from "./picture.js";

interface Level {
  readonly of: "water" | "mud";
  /** Of the noise that becomes drops, and how it is smoothed and cut. */
  readonly mean: number;
  readonly deviation: number;
  readonly sigma: number;
  readonly least: number;
  /** Of water how bright it is, of mud how smooth its edge. */
  readonly strength: number;
}

const level = (
  of: Level["of"],
  mean: number,
  deviation: number,
  sigma: number,
  least: number,
  strength: number,
): Level => ({ of, mean, deviation, sigma, least, strength });

/** Drops of water on the lens, or of mud. */
export const spatter = corruption<Level>(
  {
    cifar: [
      level("water", 0.62, 0.1, 0.7, 0.7, 0.5),
      level("water", 0.65, 0.1, 0.8, 0.7, 0.5),
      level("water", 0.65, 0.3, 1, 0.69, 0.5),
      level("mud", 0.65, 0.1, 0.7, 0.69, 0.6),
      level("mud", 0.65, 0.1, 0.5, 0.68, 0.6),
    ],
    imagenet: [
      level("water", 0.65, 0.3, 4, 0.69, 0.6),
      level("water", 0.65, 0.3, 3, 0.68, 0.6),
      level("water", 0.65, 0.3, 2, 0.68, 0.5),
      level("mud", 0.65, 0.3, 1, 0.65, 1.5),
      level("mud", 0.67, 0.4, 1, 0.65, 1.5),
    ],
  },
  (picture, { of, mean, deviation, sigma, least, strength }, rng) => {
    const noise = layer(picture, () => mean + deviation * rng.normal());
    const drops = mapValues(gaussianFilter(noise, sigma), (value) => (value < least ? 0 : value));
    return of === "water" ? wet(picture, drops, strength) : muddy(picture, drops, least, strength);
  },
);

/** Pale turquoise, and brown. A grey image has their mean. */
const water = colour(175, 238, 238);
const mud = colour(63, 42, 20);

function colour(...bytes: readonly [number, number, number]): (channel: number, channels: number) => number {
  const mean = (bytes[0] + bytes[1] + bytes[2]) / 3;
  return (channel, channels) => (channels === 1 ? mean : bytes[channel]) / 255;
}

/** Drops are brighter within, and on the side of the light. */
function wet(picture: Picture, drops: Picture, strength: number): Picture {
  const { channels } = picture;
  const bytes = mapValues(drops, (value) => Math.floor(value * 255) & 255);
  const inside = mapValues(distances(canny(bytes, 50, 150)), (distance) => Math.min(distance, 20));
  const even = equalised(mapValues(filter2d(inside, box), (sum) => Math.floor(Math.fround(sum / 9))));
  const lit = mapValues(filter2d(even, [-2, -1, 0, -1, 1, 1, 0, 1, 2]), (value) =>
    Math.min(Math.max(value, 0), 255),
  );
  const smooth = mapValues(filter2d(lit, box), (sum) => Math.round(sum / 9));
  const glow = mapValues(smooth, (value, at) => value * bytes.values[at]);
  const most = glow.values.reduce((a, b) => Math.max(a, b)) || 1;
  return mapValues(picture, (value, at) => {
    const shine = (glow.values[Math.floor(at / channels)] / most) * strength;
    return Math.min(value + shine * water(at % channels, channels), 1);
  });
}

/** Their sum: a ninth of each would not add up. */
const box = Array<number>(9).fill(1);

function muddy(picture: Picture, drops: Picture, least: number, sigma: number): Picture {
  const { channels } = picture;
  const cover = gaussianFilter(
    mapValues(drops, (value) => Number(value > least)),
    sigma,
  ).values.map((value) => (value < 0.8 ? 0 : value));
  return mapValues(picture, (value, at) => {
    const covered = cover[Math.floor(at / channels)];
    return value * (1 - covered) + mud(at % channels, channels) * covered;
  });
}

/** So that all of 0..255 come equally often, as OpenCV's `equalizeHist`. */
function equalised(bytes: Picture): Picture {
  const counts = new Float64Array(256);
  for (const value of bytes.values) counts[value]++;
  const first = counts.findIndex((count) => count > 0);
  const rest = bytes.values.length - counts[first];
  if (rest === 0) return bytes;
  let sum = 0;
  const table = counts.map((count, value) =>
    value <= first ? 0 : Math.round(((sum += count) * 255) / rest),
  );
  return mapValues(bytes, (value) => table[value]);
}
