import { describe as describePlugin, notReproducible, type Progress, type Schedule } from "@contrastive/core";
import { describe, expect, it } from "vitest";

export interface ScheduleConformanceOptions {
  /** The factory, to check that the options rebuild the schedule and that an unknown one is refused. */
  readonly factory?: (options: never) => Schedule;
}

/** A single step, a few, many, and epochs that the run does not fill. */
const runs = [
  { stepsPerEpoch: 1, totalSteps: 1 },
  { stepsPerEpoch: 7, totalSteps: 7 },
  { stepsPerEpoch: 4, totalSteps: 10 },
  { stepsPerEpoch: 3, totalSteps: 90 },
  { stepsPerEpoch: 50, totalSteps: 5000 },
];

/**
 * Registers tests of all that a `Schedule` promises: plain options, and over runs of many lengths, their end included,
 * finite values that are not negative and depend on nothing but the progress.
 *
 * ```ts
 * scheduleConformance("cosine", () => cosine({ initial: 0.5 }), { factory: cosine });
 * ```
 */
export function scheduleConformance(
  name: string,
  make: () => Schedule,
  { factory }: ScheduleConformanceOptions = {},
): void {
  describe(`schedule conformance: ${name}`, () => {
    it("has a name, and options that JSON can hold", () => {
      const schedule = make();
      expect(schedule.name).not.toBe("");
      if (schedule.source === undefined) return;
      const described = describePlugin(schedule);
      expect(JSON.parse(JSON.stringify(described))).toEqual(described);
      expect(notReproducible(described)).toEqual([]);
    });

    if (factory !== undefined) {
      it("is rebuilt by its options, and refuses an unknown one by name", () => {
        const first = make();
        const again = factory(first.options as never);
        expect(describePlugin(again)).toEqual(describePlugin(first));
        for (const run of runs) expect(values(again, run)).toEqual(values(first, run));
        expect(() => factory({ ...first.options, noSuchOption: 1 } as never)).toThrow(/noSuchOption/);
      });
    }

    for (const run of runs) {
      it(`is finite and not negative over ${run.totalSteps} steps of ${run.stepsPerEpoch} an epoch, and at their end`, () => {
        for (const value of values(make(), run)) {
          expect(value).toSatisfy(Number.isFinite);
          expect(value).toBeGreaterThanOrEqual(0);
        }
      });

      it(`gives the same in any order, over ${run.totalSteps} steps of ${run.stepsPerEpoch} an epoch`, () => {
        const schedule = make();
        const forward = values(schedule, run);
        const backward = progress(run)
          .toReversed()
          .map((at) => schedule.at(at));
        expect(backward.toReversed()).toEqual(forward);
      });
    }
  });
}

function values(schedule: Schedule, run: Omit<Progress, "step">): readonly number[] {
  return progress(run).map((at) => schedule.at(at));
}

/** Every step, and the one after the last. */
function progress(run: Omit<Progress, "step">): readonly Progress[] {
  return Array.from({ length: run.totalSteps + 1 }, (_, step) => ({ ...run, step }));
}
