import { isPlugin, type Progress, type Schedule } from "@contrastive/core";
import * as z from "zod";

/** λ >= 0, or a schedule of it. */
export type Annealing = number | Schedule;

export const annealingSchema = z.union([
  z.number().min(0),
  z.custom<Schedule>(
    // A string has an at() too.
    (value) => isPlugin(value) && typeof (value as Partial<Schedule>).at === "function",
    "a schedule",
  ),
]);

export function annealingAt(annealing: Annealing, progress: Progress): number {
  return typeof annealing === "number" ? annealing : annealing.at(progress);
}
