import type { ImageShape } from "@contrastive/core";
import * as z from "zod";

/** Pixels: of a square's side, or height and width. */
export type Size = number | readonly [height: number, width: number];

const side = z.int().min(1);

export const sizeSchema = z.union([side, z.tuple([side, side]).readonly()]);

/** The height and width that a size option asks for. */
export function squareOr(size: Size | "input", input: ImageShape): { height: number; width: number } {
  if (size === "input") return { height: input.height, width: input.width };
  const [height, width] = typeof size === "number" ? [size, size] : size;
  return { height, width };
}

export const probability = z.number().min(0).max(1);

/** Two positive numbers in ascending order. */
export function rangeSchema(most: number) {
  const bound = z.number().gt(0).max(most);
  return z
    .tuple([bound, bound])
    .refine(([low, high]) => low <= high, "in ascending order")
    .readonly();
}

/** Rounds halves to the even neighbour, as Python does: torchvision's crops depend on it. */
export function roundHalfToEven(x: number): number {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
}
