import * as z from "zod";

/**
 * Which weights a transform touches: all of them, only those of rank 2 and more (no biases, no scales of a
 * normalisation), or those for which the function says so.
 */
export type Mask = "all" | "matrices" | ((name: string, shape: readonly number[]) => boolean);

export const maskSchema = z.union([
  z.enum(["all", "matrices"]),
  z.custom<Exclude<Mask, string>>(
    (value) => typeof value === "function",
    "a function (name, shape) => boolean",
  ),
]);

export function covers(mask: Mask, name: string, shape: readonly number[]): boolean {
  if (typeof mask === "function") return mask(name, shape);
  return mask === "all" || shape.length >= 2;
}
