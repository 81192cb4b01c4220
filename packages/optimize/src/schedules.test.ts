import type { Schedule } from "@contrastive/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chained, constant, cosine, exponential, linear, step, warmup, warmupCosine } from "./index.js";

/** Epochs of 10 steps; 20 epochs. */
const at = (schedule: Schedule, step: number, totalSteps = 200) =>
  schedule.at({ step, stepsPerEpoch: 10, totalSteps });

interface Case {
  readonly name: string;
  readonly schedule: Schedule;
  /** Step and value. */
  readonly points: readonly (readonly [number, number])[];
}

const root2 = Math.SQRT2;
const cases: readonly Case[] = [
  {
    name: "constant",
    schedule: constant({ value: 0.3 }),
    points: [
      [0, 0.3],
      [123, 0.3],
      [200, 0.3],
    ],
  },
  {
    name: "linear",
    schedule: linear({ initial: 1, end: 0.5 }),
    points: [
      [0, 1],
      [50, 0.875],
      [199, 0.5025],
      [200, 0.5],
    ],
  },
  {
    name: "linear, rising",
    schedule: linear({ initial: 0, end: 1 }),
    points: [
      [0, 0],
      [50, 0.25],
      [200, 1],
    ],
  },
  {
    name: "cosine",
    schedule: cosine({ initial: 1 }),
    points: [
      [0, 1],
      [50, 0.5 + root2 / 4],
      [100, 0.5],
      [150, 0.5 - root2 / 4],
      [200, 0],
    ],
  },
  {
    name: "cosine to 0.2",
    schedule: cosine({ initial: 1, end: 0.2 }),
    points: [
      [0, 1],
      [100, 0.6],
      [200, 0.2],
      [500, 0.2],
    ],
  },
  {
    name: "step",
    schedule: step({ initial: 1, atEpochs: [12, 5], factor: 0.5 }),
    points: [
      [0, 1],
      [49, 1],
      [50, 0.5],
      [119, 0.5],
      [120, 0.25],
      [200, 0.25],
    ],
  },
  {
    name: "step, none",
    schedule: step({ initial: 1 }),
    points: [
      [0, 1],
      [200, 1],
    ],
  },
  {
    name: "exponential",
    schedule: exponential({ initial: 2, factorPerEpoch: 0.5 }),
    points: [
      [0, 2],
      [5, root2],
      [10, 1],
      [30, 0.25],
      [200, 2 ** -19],
    ],
  },
  {
    name: "warmup to a number",
    schedule: warmup({ epochs: 2, to: 1 }),
    points: [
      [0, 0.05],
      [1, 0.1],
      [9, 0.5],
      [19, 1],
      [20, 1],
      [200, 1],
    ],
  },
  {
    name: "warmup of no epochs",
    schedule: warmup({ epochs: 0, to: linear({ initial: 1 }) }),
    points: [
      [0, 1],
      [100, 0.5],
    ],
  },
  {
    name: "warmup of part of an epoch",
    schedule: warmup({ epochs: 0.25, to: 1 }),
    points: [
      [0, 0.4],
      [1, 0.8],
      [2, 1],
      [3, 1],
    ],
  },
  {
    name: "warmup to a schedule, which gets the rest of the run",
    schedule: warmup({ epochs: 10, to: linear({ initial: 1 }) }),
    points: [
      [0, 0.01],
      [99, 1],
      [100, 1],
      [150, 0.5],
      [200, 0],
    ],
  },
  {
    name: "warmup longer than the run: the run is the warm-up",
    schedule: warmup({ epochs: 1000, to: linear({ initial: 1 }) }),
    points: [
      [0, 0.005],
      [99, 0.5],
      [199, 1],
    ],
  },
  {
    name: "warmupCosine",
    schedule: warmupCosine({ peak: 1, warmupEpochs: 4, end: 0.2 }),
    points: [
      [0, 0.025],
      [39, 1],
      [40, 1],
      [120, 0.6],
      [200, 0.2],
    ],
  },
  {
    name: "chained",
    schedule: chained([
      { schedule: linear({ initial: 0, end: 1 }), epochs: 5 },
      { schedule: constant({ value: 3 }), epochs: 0.5 },
      { schedule: cosine({ initial: 1 }) },
    ]),
    points: [
      [0, 0],
      [25, 0.5],
      [49, 0.98],
      [50, 3],
      [54, 3],
      [55, 1],
      [127.5, 0.5],
      [200, 0],
    ],
  },
  {
    name: "chained, shorter than the run: the last part goes on beyond its end",
    schedule: chained([{ schedule: linear({ initial: 1, end: 0.5 }), epochs: 10 }]),
    points: [
      [0, 1],
      [50, 0.75],
      [100, 0.5],
      [200, 0.5],
    ],
  },
];

describe.each(cases)("$name", ({ schedule, points }) => {
  it.each(points)("at step %d is %d", (step, value) => {
    expect(at(schedule, step)).toBeCloseTo(value, 12);
  });
});

it("warmupCosine is a warmup to a cosine", () => {
  const anyRun = fc.record({
    peak: fc.double({ min: 0, max: 10, noNaN: true }),
    end: fc.double({ min: 0, max: 10, noNaN: true }),
    warmupEpochs: fc.double({ min: 0, max: 30, noNaN: true }),
    step: fc.nat(200),
  });
  fc.assert(
    fc.property(anyRun, ({ peak, end, warmupEpochs, step }) => {
      const one = warmupCosine({ peak, end, warmupEpochs });
      const parts = warmup({ epochs: warmupEpochs, to: cosine({ initial: peak, end }) });
      expect(at(one, step)).toBe(at(parts, step));
    }),
  );
});

it("a warm-up never falls and never passes its peak", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 30, noNaN: true }), (epochs) => {
      const values = Array.from({ length: 200 }, (_, step) => at(warmup({ epochs, to: 1 }), step));
      expect(values[0]).toBeGreaterThan(0);
      expect(values.every((value, i) => i === 0 || value >= values[i - 1])).toBe(true);
      expect(values[199]).toBe(1);
    }),
  );
});
