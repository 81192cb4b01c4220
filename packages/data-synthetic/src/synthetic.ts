import { createRng, type Dataset, parseOptions, type RawImage, type Rng } from "@contrastive/core";
import { openIndexed } from "@contrastive/data";
import * as z from "zod";
import { render } from "./render.js";
import { drawScene } from "./scene.js";
import { shapes } from "./shapes.js";

export interface SyntheticOptions {
  /** 2 to 10, in the order disc, ring, square, triangle, cross, star, crescent, stripes, arrow, heart; default 8. */
  readonly classes?: number;
  /** Height and width in pixels, at least 16; default 32, as CIFAR. */
  readonly size?: number;
  /** Images of the training split; default 2048, enough for a small network to learn from in a minute. */
  readonly train?: number;
  /** Images of the test split; default 512. */
  readonly test?: number;
  /** Another seed gives other images of the same kind; default 1. */
  readonly seed?: number;
}

const names = Object.keys(shapes);

const schema = z.strictObject({
  classes: z.int().min(2).max(names.length).default(8),
  size: z.int().min(16).default(32),
  train: z.int().min(1).default(2048),
  test: z.int().min(1).default(512),
  seed: z.int().min(0).default(1),
});

/** Images are kept once made, up to this many bytes a split; larger splits are made anew at each read. */
const cacheLimit = 256 * 2 ** 20;

/**
 * Shapes on textured backgrounds, made by code: the class is the shape, and colour, place, size and turn say nothing
 * about it. Image `index` of a split has class `index % classes`.
 *
 * An image depends only on seed, split, index, classes and size, and its bytes are the same on every machine.
 */
export function synthetic(given: SyntheticOptions = {}): Dataset {
  const options = parseOptions("dataset", "synthetic", schema, given);
  const { classes, size, seed } = options;
  return {
    name: "synthetic",
    options,
    source: { module: "@contrastive/data-synthetic", export: "synthetic" },
    // Of 20,000 images at the default options. Colours are drawn alike in every channel.
    statistics: { mean: [0.448, 0.448, 0.448], std: [0.272, 0.272, 0.272] },
    async open(split) {
      const count = options[split];
      const root = createRng(seed).fork(split);
      const cache: RawImage[] = [];
      const keep = count * size * size * 3 <= cacheLimit;
      return openIndexed({
        who: 'dataset "synthetic"',
        size: count,
        classes: names.slice(0, classes),
        labels: Int32Array.from({ length: count }, (_, index) => index % classes),
        image(index) {
          const image = cache[index] ?? generate(root.fork(index), index % classes, size);
          if (keep) cache[index] = image;
          return image;
        },
      });
    },
  };
}

function generate(rng: Rng, label: number, size: number): RawImage {
  const data = render(drawScene(rng.fork("scene")), shapes[names[label]], size, rng.fork("noise"));
  return { data, height: size, width: size, channels: 3 };
}
