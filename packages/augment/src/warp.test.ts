import { type ImageBytes, runImageProgram, type WarpStep } from "@contrastive/ops";
import { expect, it } from "vitest";
import { affineStep, perspectiveStep, type Point } from "./warp.js";

const options = { interpolation: "bilinear", border: "constant", fill: 0 } as const;
const from = { height: 9, width: 9, channels: 1 };

/** Where a pixel of the new image comes from. */
function placeOf({ xx, xy, x0, yx, yy, y0, wx, wy }: WarpStep, x: number, y: number): Point {
  const divisor = wx * x + wy * y + 1;
  return [(xx * x + xy * y + x0) / divisor, (yx * x + yy * y + y0) / divisor];
}

/** Of a corner, in places of pixels' middles. */
function half([x, y]: Point): Point {
  return [x - 0.5, y - 0.5];
}

function expectClose(actual: Point, expected: Point): void {
  expect(actual[0]).toBeCloseTo(expected[0], 4);
  expect(actual[1]).toBeCloseTo(expected[1], 4);
}

it.each<[string, Parameters<typeof affineStep>[0], Point, Point]>([
  ["a quarter turn clockwise about the middle", { angle: 90 }, [4, 0], [0, 4]],
  ["a move to the right and up", { translate: [2, -1] }, [5, 5], [3, 6]],
  ["twice the size about the middle", { scale: 2 }, [6, 4], [5, 4]],
  ["a shear about a corner", { shear: [45, 0], center: [0, 0] }, [0, 3], [3.5, 3]],
  ["a shear and then a turn", { angle: 90, shear: [0, 45] }, [4, 2], [2, 2]],
])("%s maps back", (_, affine, to, place) => {
  expectClose(placeOf(affineStep(affine, from, options), ...to), place);
});

it("maps the four corners of a perspective", () => {
  const corners: Point[] = [
    [0, 0],
    [8, 0],
    [8, 8],
    [0, 8],
  ];
  const moved: Point[] = [
    [1, 2],
    [7, 0],
    [8, 5],
    [0, 8],
  ];
  const step = perspectiveStep(corners, moved, from, options);
  moved.forEach((to, i) => expectClose(placeOf(step, ...half(to)), half(corners[i])));
});

it("turns an image by quarters without a change of any value", () => {
  const data = Uint8Array.from({ length: 81 }, (_, i) => i);
  const image: ImageBytes = { ...from, data };
  const step = affineStep({ angle: 90 }, from, { ...options, interpolation: "nearest" });
  const out = new Float32Array(81);
  runImageProgram(image, { output: from, steps: [step, step, step, step] }, out);
  expect(Array.from(out, (value) => Math.round(255 * value))).toEqual(Array.from(data));
  runImageProgram(image, { output: from, steps: [step] }, out);
  expect(Math.round(255 * out[8])).toBe(0);
});
