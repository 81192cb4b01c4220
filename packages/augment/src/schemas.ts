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

export const positive = z.number().gt(0);

/** A value of a pixel, or a part of a whole. */
export const unit = z.number().min(0).max(1);

/** Two numbers in ascending order, or one that stands for both signs of it. */
export const spreadSchema = z.union([
  z.number().min(0),
  z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low <= high, "in ascending order")
    .readonly(),
]);

/** From -spread to spread, or from one number to the other. */
export type Spread = number | readonly [least: number, most: number];

export function rangeOf(spread: Spread): readonly [low: number, high: number] {
  return typeof spread === "number" ? [-spread, spread] : spread;
}

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
