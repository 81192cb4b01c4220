import type { Rng } from "@contrastive/core";
import { corruption } from "./corruption.js";
import { between, gaussianFilter } from "./filter.js";
import { layer, mapValues, type Picture } from "./picture.js";

interface Level {
  /** Of the displacement, and how smooth it is, in pixels. */
  readonly strength: number;
  readonly sigma: number;
  /** How far three points of the image move, in pixels. */
  readonly shift: number;
}

const level = (size: number, strength: number, sigma: number, shift: number): Level => ({
  strength: size * strength,
  sigma: size * sigma,
  shift: size * shift,
});

/** An affine map, then a displacement of each pixel that is smooth over the image. */
export const elasticTransform = corruption<Level>(
  {
    cifar: [
      level(32, 0, 0, 0.08),
      level(32, 0.05, 0.2, 0.07),
      level(32, 0.08, 0.06, 0.06),
      level(32, 0.1, 0.04, 0.05),
      level(32, 0.1, 0.03, 0.03),
    ],
    imagenet: [
      // 244, not 224, is what the published images were made with.
      level(244, 2, 0.7, 0.1),
      level(244, 2, 0.08, 0.2),
      level(244, 0.05, 0.01, 0.02),
      level(244, 0.07, 0.01, 0.02),
      level(244, 0.12, 0.01, 0.02),
    ],
  },
  (picture, { strength, sigma, shift }, rng) => {
    const moved = affine(picture, shift, rng);
    const displacement = () =>
      gaussianFilter(
        layer(picture, () => 2 * rng.uniform() - 1),
        sigma,
        { border: "symmetric", truncate: 3 },
      ).values;
    const right = displacement();
    const down = displacement();
    const { width, channels } = picture;
    return mapValues(picture, (_, at) => {
      const pixel = Math.floor(at / channels);
      const row = Math.floor(pixel / width) + strength * down[pixel];
      const column = (pixel % width) + strength * right[pixel];
      return between(moved, row, column, at % channels, "symmetric");
    });
  },
);

/** Three points around the middle move by up to `shift` each way, and the image with them. */
function affine(picture: Picture, shift: number, rng: Rng): Picture {
  const { height, width, channels } = picture;
  const [x, y] = [Math.floor(width / 2), Math.floor(height / 2)];
  const side = Math.floor(Math.min(height, width) / 3);
  // As x and y, though the original takes height and width for them in turn: the same for square images.
  const from = [
    [x + side, y + side],
    [x + side, y - side],
    [x - side, y - side],
  ];
  const to = from.map((point) => point.map((coordinate) => coordinate + shift * (2 * rng.uniform() - 1)));
  const back = affineBetween(to, from);
  return mapValues(picture, (_, at) => {
    const pixel = Math.floor(at / channels);
    const [column, row] = back(pixel % width, Math.floor(pixel / width));
    return between(picture, row, column, at % channels, "mirror");
  });
}

/** The affine map that takes three points to three others. */
function affineBetween(
  from: readonly (readonly number[])[],
  to: readonly (readonly number[])[],
): (x: number, y: number) => readonly [number, number] {
  const [[x0, y0], [x1, y1], [x2, y2]] = from;
  const determinant = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  return (x, y) => {
    // Barycentric coordinates of the point among the first three.
    const b = ((x - x0) * (y2 - y0) - (x2 - x0) * (y - y0)) / determinant;
    const c = ((x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)) / determinant;
    const place = (i: number) => to[0][i] + b * (to[1][i] - to[0][i]) + c * (to[2][i] - to[0][i]);
    return [place(0), place(1)];
  };
}
