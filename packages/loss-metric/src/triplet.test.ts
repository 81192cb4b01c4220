import { cpu, lossConformance } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { allDistinct, batches, directions, oneClass, ofSeveralLengths } from "../test/batches.js";
import { evaluate, expectLoop, type Loop } from "../test/check.js";
import { distance, mean, negativesOf, positivesOf, softplus } from "../test/loops.js";
import { plugins, triplet, type TripletOptions } from "./index.js";

const cases: readonly TripletOptions[] = [
  {},
  { margin: 0.7, distance: "squared-euclidean" },
  { mining: "hard" },
  { mining: "hard", margin: "soft", unitLength: false },
  { mining: "all", margin: 0.5 },
  { mining: "all", margin: "soft", distance: "squared-euclidean" },
];

for (const options of cases) {
  lossConformance(`triplet ${JSON.stringify(options)}`, () => triplet(options), {
    factory: triplet,
    // Short, for the loss jumps where a triplet begins to count.
    gradientStep: 2e-4,
    gradientTolerance: 2e-2,
  });
}

beforeAll(async () => void (await cpu().init()));

describe.each(cases)("%j", (options) => {
  test.each(batches)("of %s equals triplet after triplet", (_name, batch) => {
    const given = options.unitLength === false ? ofSeveralLengths(batch) : batch;
    expectLoop(triplet(options), given, loopOf(options));
  });
});

test.each(cases)("%j of a batch without triplets is 0", (options) => {
  for (const batch of [oneClass, allDistinct]) {
    const { value, gradient, metrics } = evaluate(triplet(options), batch);
    expect([value, metrics.activeTriplets, ...gradient].every((v) => v === 0)).toBe(true);
  }
});

describe("on angles that one can check by hand", () => {
  // At 0°, 60°, 90° and 180°: from the first the positive is 1 away, negatives √2 and 2.
  const corners = [0, 60, 90, 180].flatMap((degrees) => [
    Math.cos((degrees * Math.PI) / 180),
    Math.sin((degrees * Math.PI) / 180),
  ]);
  const batch = { shape: [4, 1, 2] as const, x: corners, labels: [0, 0, 1, 2] };
  const near = 2 * Math.sin(Math.PI / 12);

  test.each([
    // From 60° the negatives are 0.52 (30°) and √3 away; only the first violates, and is too hard for semi-hard.
    [{ mining: "all", margin: 0.2 } as const, 1 - near + 0.2, 1 / 4],
    [{ mining: "semi-hard", margin: 0.2 } as const, 0, 0],
    [{ mining: "hard", margin: 0.2 } as const, 1 - near + 0.2, 1 / 2],
    [{ mining: "semi-hard", margin: 0.5 } as const, 1 - Math.SQRT2 + 0.5, 1 / 4],
    [{ mining: "all", margin: 0.5 } as const, (1 - near + 0.5 + 1 - Math.SQRT2 + 0.5) / 2, 1 / 2],
  ])("%j", (options, loss, share) => {
    const { value, metrics } = evaluate(triplet(options), batch);
    expect(value).toBeCloseTo(loss, 6);
    expect(metrics.activeTriplets).toBeCloseTo(share, 6);
  });
});

test("a collapsed batch has no semi-hard triplet, and a loss of the margin else", () => {
  const collapsed = { ...directions([6, 1, 3], [0, 1, 0, 1, 0, 1]), x: new Float32Array(18).fill(0.5) };
  expect(evaluate(triplet(), collapsed).value).toBe(0);
  expect(evaluate(triplet({ mining: "all" }), collapsed).value).toBeCloseTo(0.2, 6);
  expect(evaluate(triplet({ mining: "hard" }), collapsed).value).toBeCloseTo(0.2, 6);
});

describe("options", () => {
  test("by default, as the plugin table has it", () => {
    expect(plugins.loss.triplet().options).toEqual({
      mining: "semi-hard",
      margin: 0.2,
      distance: "euclidean",
      unitLength: true,
      on: "projection",
    });
  });

  test("say where it stands and what it takes", () => {
    const { needs } = triplet({ on: "representation", unitLength: false });
    expect([needs.on, needs.unitLength]).toEqual([["representation"], false]);
  });

  test.each([
    [{ margin: 0 }, 'loss "triplet": margin must be > 0'],
    [{ margin: "soft" }, 'margin must be a number where mining is "semi-hard", got "soft"'],
    [{ minig: "hard" }, 'Did you mean "mining"?'],
  ])("%j is refused", (options, message) => {
    expect(() => triplet(options as TripletOptions)).toThrow(message);
  });

  test("compute says what it needs", () => {
    const input = { weights: {}, buffers: {}, step: 0, stepsPerEpoch: 1, totalSteps: 1 };
    expect(() => triplet().compute({ ...input, embeddings: {} })).toThrow(
      'loss "triplet": compute needs embeddings.projection',
    );
  });
});

/** FaceNet, eq. 2, and "In Defense of the Triplet Loss", eq. 5, triplet after triplet. */
function loopOf(options: TripletOptions): Loop {
  const { mining = "semi-hard", margin = 0.2 } = options;
  const power = options.distance === "squared-euclidean" ? 2 : 1;
  return (rows, labels) => {
    const d = (i: number, j: number) => distance(rows[i], rows[j]) ** power;
    const losses = rows.flatMap((_, a) => {
      const [positives, negatives] = [positivesOf(a, labels), negativesOf(a, labels)];
      const pairs = positives.flatMap((p) => negatives.map((n) => [d(a, p), d(a, n)]));
      const hardest = [
        Math.max(...positives.map((p) => d(a, p))),
        Math.min(...negatives.map((n) => d(a, n))),
      ];
      const chosen = mining === "hard" && pairs.length > 0 ? [hardest] : pairs;
      return chosen
        .filter(([near, far]) => mining !== "semi-hard" || far > near)
        .map(([near, far]) => (margin === "soft" ? softplus(near - far) : Math.max(0, near - far + margin)));
    });
    return mean(losses.filter((loss) => loss > 0));
  };
}
