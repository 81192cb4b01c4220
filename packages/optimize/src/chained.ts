import * as z from "zod";
import { parseOptions, type Schedule } from "@contrastive/core";
import { constant } from "./constant.js";
import { scheduleSchema } from "./learning-rate.js";
import { plugin } from "./plugin.js";
import { epochOf, partOf } from "./progress.js";

export interface SchedulePart {
  readonly schedule: Schedule;
  /** How long it lasts; > 0, parts of an epoch are fine. The last part may leave it out: it has the rest of the run. */
  readonly epochs?: number;
}

export interface ChainedOptions {
  /** In order; at least one. Default one constant schedule. */
  readonly parts?: readonly SchedulePart[];
}

const schema = z.strictObject({
  parts: z
    .array(z.strictObject({ schedule: scheduleSchema, epochs: z.number().gt(0).optional() }))
    .min(1)
    .readonly()
    .refine((parts) => parts.slice(0, -1).every(({ epochs }) => epochs !== undefined), {
      error: "a list in which every part but the last says its epochs",
    })
    .default(() => [{ schedule: constant() }]),
});

/**
 * Schedules one after the other; to each, its part of the run is a run of its own.
 *
 * A shorter run cuts parts off; a longer one asks the last part for values beyond its end.
 */
export function chained(given: readonly SchedulePart[] | ChainedOptions = {}): Schedule {
  const options = parseOptions("schedule", "chained", schema, isList(given) ? { parts: given } : given);
  const { parts } = options;
  const starts = parts.map((_, i) =>
    parts.slice(0, i).reduce((epochs, part) => epochs + (part.epochs ?? 0), 0),
  );
  return {
    ...plugin("chained", "chained", options),
    at(progress) {
      const i = starts.findLastIndex((start) => start <= epochOf(progress));
      const { schedule, epochs } = parts[i];
      const from = starts[i] * progress.stepsPerEpoch;
      const to = epochs === undefined ? progress.totalSteps : from + epochs * progress.stepsPerEpoch;
      return schedule.at(partOf(progress, from, to));
    },
  };
}

// Array.isArray does not narrow a readonly array out of a union.
function isList(given: readonly SchedulePart[] | ChainedOptions): given is readonly SchedulePart[] {
  return Array.isArray(given);
}
