import type { BendStep, ImageShape, ImageStep, WarpStep } from "@contrastive/ops";

/** Every step, with magnitudes from end to end, on an image of that shape; one list is a program. */
export function stepCases(from: ImageShape): readonly (readonly ImageStep[])[] {
  const { height, width } = from;
  const box = {
    top: Math.floor(height / 4),
    left: Math.floor(width / 3),
    height: Math.ceil(height / 2),
    width: Math.ceil(width / 2),
  };
  const side = Math.min(height, width);
  return [
    [],
    ...[
      [height, width],
      [1, 1],
      [box.height, box.width],
      [box.height, 2 * width + 1],
      [height + 3, 2],
      [29, 5],
    ].flatMap(([outHeight, outWidth]): ImageStep[][] => [
      [{ op: "resizedCrop", ...box, outHeight, outWidth }],
      [{ op: "resizedCrop", ...box, outHeight, outWidth }, { op: "flipHorizontal" }],
      [{ op: "flipHorizontal" }, { op: "resizedCrop", ...box, outHeight, outWidth }],
      [{ op: "resizedCrop", top: 0, left: 0, height, width, outHeight, outWidth }],
    ]),
    [{ op: "flipHorizontal" }],
    [{ op: "flipVertical" }],
    [{ op: "flipHorizontal" }, { op: "flipHorizontal" }, { op: "flipVertical" }],
    ...factors.flatMap((factor): ImageStep[][] => [
      [{ op: "brightness", factor }],
      [{ op: "contrast", factor }],
      [{ op: "saturation", factor }],
      [{ op: "sharpness", factor }],
    ]),
    ...[-0.5, -0.2, 0, 1e-9, 0.1, 1 / 3, 0.5].map((shift): ImageStep[] => [{ op: "hue", shift }]),
    [{ op: "grayscale" }],
    ...[1e-200, 0.1, 0.7, 5, 1e200, Infinity].flatMap((sigma): ImageStep[][] => [
      [{ op: "gaussianBlur", kernelSize: 1, sigma }],
      [{ op: "gaussianBlur", kernelSize: 2 * Math.ceil(side / 2) - 1, sigma }],
      [{ op: "gaussianBlur", kernelSize: 2 * side - 1, sigma }],
    ]),
    // 170 of 255 levels are two thirds.
    ...[0, 0.4, 2 / 3, 2 / 3 + 1.5e-6, 1].map((threshold): ImageStep[] => [{ op: "solarize", threshold }]),
    ...[0, 1, 4, 8].map((bits): ImageStep[] => [{ op: "posterize", bits }]),
    [{ op: "invert" }],
    [{ op: "equalize" }],
    [{ op: "resizedCrop", ...box, outHeight: 28, outWidth: 30 }, { op: "equalize" }, { op: "equalize" }],
    [{ op: "autocontrast" }],
    [{ op: "contrast", factor: 0.4 }, { op: "autocontrast" }],
    // A range of which a part is a rounding error, and one of which all is.
    ...[1.5e-4, 5e-5].map((factor): ImageStep[] => [{ op: "contrast", factor }, { op: "autocontrast" }]),
    [{ op: "brightness", factor: 0 }, { op: "autocontrast" }, { op: "equalize" }],
    [{ op: "erase", ...box, red: 0.3, green: 0.6, blue: 1 }],
    [{ op: "erase", top: 0, left: 0, height, width, red: 0, green: 0, blue: 0 }],
    ...[0, 5, 2 ** 24 - 1].map((seed): ImageStep[] => [{ op: "eraseWithNoise", ...box, seed }]),
    ...warpCases(from),
    ...bendCases(from),
  ];
}

const factors = [0, 1e-300, 0.4, 1, 1.9, 40, 1e6, 1e300, Infinity];

function warpCases({ height, width }: ImageShape): ImageStep[][] {
  const maps = [
    [1, 0, 0, 0, 1, 0],
    [0.87, -0.45, 3.1, 0.52, 0.91, -2.3],
    // Ties: the places of half pixels.
    [1, 0, -5.5, 0, 1, 19.5],
    [0, 1, 0, 1, 0, 0],
    [0.5, 0, 0, 0, 0.5, 0],
    // Rows that are only moved, some of them out of the picture, and some beside a tie.
    [1, 0.3, -0.4, 0, 1, 2],
    [1, 0.1, 0.4999, 0, 1, -3],
    [1, 1e4, 0.2, 0, 1, 0],
    // As good as ties.
    [1, 0, 0.49995, 0, 1, 2.49985],
    // With a horizon, in the picture and at its edge.
    [0.57, -0.12, -0.15, 0.09, 0.42, -0.66, -0.043, -0.051],
    [0.3, 0, 1, 0, 0.2, 0, -0.1, 0],
    [1, 0, 0, 0, 1, 0, -1, 0.5],
    // So near the horizon that it counts as there.
    [1, 0, 0.3, 0, 1, 0.2, -1 + 5e-7, 0],
    // Far away, and beyond numbers.
    [1e5, 0, -7e4, 0, -1e9, 3],
    [1e308, -1e308, 0, 1e308, 1e308, -1e308, 1e308, 1e308],
  ];
  return maps.flatMap(([xx, xy, x0, yx, yy, y0, wx = 0, wy = 0]) =>
    borders.flatMap((border) =>
      interpolations.map((interpolation): ImageStep[] => {
        const out = interpolation === "nearest" ? { outHeight: 7, outWidth: 21 } : {};
        const to = { outHeight: height, outWidth: width, ...out };
        return [{ op: "warp", xx, xy, x0, yx, yy, y0, wx, wy, interpolation, border, fill: 0.3, ...to }];
      }),
    ),
  );
}

function bendCases({ height, width }: ImageShape): ImageStep[][] {
  const moves = [3, -2, 0.5, 4, -1, 1.25, -6, 2];
  const factors = [0, 1, 0.05 * width, -0.1 * height, 300];
  const onALine: ImageStep = { op: "bend", x0: 0, y0: 1, x1: 2, y1: 2, x2: 4, y2: 3, x3: 6, y3: 4 };
  return [
    ...factors.map((factor) => [bentBy(height, width, (i) => factor * moves[i])]),
    [onALine],
    [{ op: "bend", x0: 1, y0: 1, x1: 1, y1: 1, x2: 1, y2: 1, x3: 1, y3: 1 }],
    [{ op: "bend", x0: 65536, y0: -65536, x1: 0, y1: 1e-30, x2: -7, y2: 1e-3, x3: 5, y3: 9 }],
  ];
}

/** The four points of an image moved, each coordinate by what its number says. */
export function bentBy(height: number, width: number, move: (i: number) => number): BendStep {
  const [left, right, upper, lower] = [width / 3, (2 * width) / 3, height / 3, (2 * height) / 3];
  const places = [left, upper, right, upper, left, lower, right, lower];
  const [x0, y0, x1, y1, x2, y2, x3, y3] = places.map((place, i) => Math.fround(place + move(i)));
  return { op: "bend", x0, y0, x1, y1, x2, y2, x3, y3 };
}

export const borders: readonly WarpStep["border"][] = ["constant", "edge", "reflect", "symmetric"];

export const interpolations: readonly WarpStep["interpolation"][] = ["nearest", "bilinear"];
