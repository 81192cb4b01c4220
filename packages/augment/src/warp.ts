import type { ImageShape } from "@contrastive/core";
import type { WarpStep } from "@contrastive/ops";
import * as z from "zod";
import { unit } from "./schemas.js";

/** How an image is sampled that is turned or bent. */
export interface WarpOptions {
  /** Default `"nearest"`, as torchvision, but `"bilinear"` in `randomPerspective`. */
  readonly interpolation?: "nearest" | "bilinear";
  /** What is outside: `fill`, or a continuation of the image as torchvision's `pad` names it. Default `"constant"`. */
  readonly border?: "constant" | "edge" | "reflect" | "symmetric";
  /** Of the border `"constant"`, 0..1 in all channels. Default 0, black. */
  readonly fill?: number;
}

export const warpShape = {
  interpolation: z.enum(["nearest", "bilinear"]).default("nearest"),
  border: z.enum(["constant", "edge", "reflect", "symmetric"]).default("constant"),
  fill: unit.default(0),
};

/** What turns an image: first sheared, then scaled and turned about the centre, then moved. */
export interface Affine {
  /** Clockwise, in degrees. */
  readonly angle?: number;
  /** Pixels to the right and down. */
  readonly translate?: readonly [x: number, y: number];
  readonly scale?: number;
  /** In degrees, along x and along y. */
  readonly shear?: readonly [x: number, y: number];
  /** Pixels from the image's top left corner; default its middle. */
  readonly center?: readonly [x: number, y: number];
}

/** The step that torchvision's `affine` is; its `rotate` turns the other way. */
export function affineStep(
  { angle = 0, translate = [0, 0], scale = 1, shear = [0, 0], center }: Affine,
  { height, width }: ImageShape,
  options: Required<WarpOptions>,
): WarpStep {
  const [turn, shearX, shearY] = [angle, ...shear].map((degrees) => (degrees * Math.PI) / 180);
  // R(angle) · shearY · shearX, of which the determinant is 1, and so the inverse at hand.
  const a = Math.cos(turn - shearY) / Math.cos(shearY);
  const b = -a * Math.tan(shearX) - Math.sin(turn);
  const c = Math.sin(turn - shearY) / Math.cos(shearY);
  const d = Math.cos(turn) - c * Math.tan(shearX);
  const [xx, xy, yx, yy] = [d, -b, -c, a].map((value) => value / scale);
  // A pixel's middle lies half a pixel from its corner.
  const [x, y] = (center ?? [width / 2, height / 2]).map((place) => place - 0.5);
  const [movedX, movedY] = [x + translate[0], y + translate[1]];
  const map = { xx, xy, x0: x - xx * movedX - xy * movedY, yx, yy, y0: y - yx * movedX - yy * movedY };
  return warpStep({ ...map, wx: 0, wy: 0 }, height, width, options);
}

export type Point = readonly [x: number, y: number];

/** The step that torchvision's `perspective` is: the four places `from`, in any order, come to lie at `to`. */
export function perspectiveStep(
  from: readonly Point[],
  to: readonly Point[],
  { height, width }: ImageShape,
  options: Required<WarpOptions>,
): WarpStep {
  // torchvision's places are corners of pixels, of which the middles lie half a pixel behind.
  const rows = to.flatMap(([right, down], i) => {
    const [x, y] = [right - 0.5, down - 0.5];
    const [u, v] = [from[i][0] - 0.5, from[i][1] - 0.5];
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ];
  });
  const [xx, xy, x0, yx, yy, y0, wx, wy] = solve(rows);
  return warpStep({ xx, xy, x0, yx, yy, y0, wx, wy }, height, width, options);
}

type Coefficients = Pick<WarpStep, "xx" | "xy" | "x0" | "yx" | "yy" | "y0" | "wx" | "wy">;

/** Rounded to float32: a program is the same before and after it was encoded. */
export function warpStep(
  map: Coefficients,
  outHeight: number,
  outWidth: number,
  { interpolation, border, fill }: Required<WarpOptions>,
): WarpStep {
  const rounded = Object.fromEntries(
    // Plus zero: JSON has no negative one.
    Object.entries(map).map(([name, value]) => [name, Math.fround(value) + 0]),
  ) as unknown as Coefficients;
  return { op: "warp", ...rounded, outHeight, outWidth, interpolation, border, fill: Math.fround(fill) };
}

/** Of linear equations, each its factors and then its right side; by elimination with the largest pivot. */
function solve(equations: readonly (readonly number[])[]): number[] {
  const rows = equations.map((row) => [...row]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k; i < n; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const times = rows[i][k] / rows[k][k];
      for (let j = k; j <= n; j++) rows[i][j] -= times * rows[k][j];
    }
  }
  return rows.map((row, k) => row[n] / row[k]);
}
