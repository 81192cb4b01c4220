import { isPlugin, type Progress, type Schedule } from "@contrastive/core";
import * as z from "zod";

/** λ >= 0, a schedule of it, or a fall over the run. */
export type Annealing = number | Schedule | "falling";

export const annealingSchema = z.union([
  z.number().min(0),
  z.literal("falling"),
  z.custom<Schedule>(
    // A string has an at() too.
    (value) => isPlugin(value) && typeof (value as Partial<Schedule>).at === "function",
    "a schedule",
  ),
]);

/** λ at a step. One that falls does so from 1,000, by the same factor at each step, to 1 at 3/5 of the run, or to `least`. */
export function annealingAt(annealing: Annealing, progress: Progress, least: number): number {
  if (annealing === "falling") {
    return Math.max(least, 1000 ** (1 - progress.step / (0.6 * progress.totalSteps)));
  }
  return typeof annealing === "number" ? annealing : annealing.at(progress);
}
