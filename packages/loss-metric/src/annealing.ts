import { isPlugin, type Progress, type Schedule } from "@contrastive/core";
import * as z from "zod";

/** λ >= 0, a schedule of it, or what the authors of the loss have. */
export type Annealing = number | Schedule | "as-published";

export const annealingSchema = z.union([
  z.number().min(0),
  z.literal("as-published"),
  z.custom<Schedule>(
    // A string has an at() too.
    (value) => isPlugin(value) && typeof (value as Partial<Schedule>).at === "function",
    "a schedule",
  ),
]);

/** λ at a step; `published` is that of the authors, given how much of the run is over, in 0..1. */
export function annealingAt(
  annealing: Annealing,
  progress: Progress,
  published: (part: number) => number,
): number {
  if (annealing === "as-published") return published(progress.step / progress.totalSteps);
  return typeof annealing === "number" ? annealing : annealing.at(progress);
}
