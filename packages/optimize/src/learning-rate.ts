import * as z from "zod";
import { isPlugin, type Progress, type Schedule } from "@contrastive/core";

/** A number, or a schedule. */
export type LearningRate = number | Schedule;

export const rateSchema = z.number().min(0);

export const scheduleSchema = z.custom<Schedule>(
  // A string has an at() too.
  (value) => isPlugin(value) && typeof (value as Partial<Schedule>).at === "function",
  "a schedule",
);

export const learningRateSchema = z.union([rateSchema, scheduleSchema]);

export function rateAt(rate: LearningRate, progress: Progress): number {
  return typeof rate === "number" ? rate : rate.at(progress);
}
