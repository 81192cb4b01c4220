import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createRng } from "@contrastive/core";
import { cpu, expectNoLeak } from "@contrastive/testing";
import { clusters } from "../test/clusters.js";
import type { Features } from "./features.js";
import { knn } from "./knn.js";

beforeAll(async () => {
  await cpu().init();
});

describe("knn", () => {
  const train = clusters(211, { noise: 1.5 });
  const test = clusters(97, { noise: 1.5, seed: 1 });

  it.each([
    [1, "plain", 0.07],
    [5, "plain", 0.07],
    [20, "plain", 0.07],
    [20, "exponential", 0.07],
    [211, "exponential", 0.5],
    [211, "exponential", 1e-4],
  ] as const)(
    "agrees with a naive loop for k = %i, %s, temperature %d",
    async (k, weighting, temperature) => {
      const result = await knn({ train, test, classes: 4 }, { k, weighting, temperature });
      expect([...result.predictions]).toEqual(naive(train, test, k, weighting, temperature));
      const right = result.predictions.filter((label, i) => label === test.labels[i]).length;
      expect(result).toMatchObject({ k, correct: right, total: 97, accuracy: right / 97 });
    },
  );

  it("gives a tied vote to the nearest, and takes the first of equals as nearest", async () => {
    const bank = plane([
      [0, 0.9],
      [1, 0.1],
      [1, 0.2],
      [0, 0.3],
      [2, 3],
      [1, 0.9],
    ]);
    const query = plane([[0, 0]]);
    const at = async (k: number) =>
      (await knn({ train: bank, test: query, classes: 3 }, { k, weighting: "plain" })).predictions[0];
    // Near to far: 1, 1, 0, 0 (first of two at 0.9), 1, 2.
    expect(await at(4)).toBe(1);
    expect(await at(3)).toBe(1);
    const ambiguous = plane([
      [2, 0.5],
      [0, -0.5],
      [1, 2],
    ]);
    expect((await knn({ train: ambiguous, test: query, classes: 3 }, { k: 2 })).predictions[0]).toBe(2);
  });

  it("does not depend on the length of rows, and takes a row of zeros", async () => {
    const grown = { ...train, values: train.values.map((value, i) => value * (1 + Math.floor(i / 8))) };
    const plain = await knn({ train, test, classes: 4 });
    expect((await knn({ train: grown, test, classes: 4 })).correct).toBe(plain.correct);
    const empty = { ...test, values: test.values.slice().fill(0, 0, 8) };
    expect((await knn({ train, test: empty, classes: 4 })).predictions.subarray(1)).toEqual(
      plain.predictions.subarray(1),
    );
  });

  it("does not depend on the order of the training samples, and follows a renaming of the classes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 1, max: 30 }),
        async (seed, k) => {
          const bank = clusters(30, { noise: 2, seed, classes: 3 });
          const queries = clusters(9, { noise: 2, seed: seed + 1, classes: 3 });
          const order = createRng(seed).permutation(30);
          const shuffled = {
            ...bank,
            values: Float32Array.from([...order].flatMap((row) => [...only(bank, row).values])),
            labels: Int32Array.from(order, (row) => (bank.labels[row] + 1) % 3),
          };
          const plain = await knn({ train: bank, test: queries, classes: 3 }, { k });
          const moved = await knn({ train: shuffled, test: queries, classes: 3 }, { k });
          expect(moved.predictions).toEqual(plain.predictions.map((label) => (label + 1) % 3));
        },
      ),
      { numRuns: 20 },
    );
  });

  it("splits the work into tiles without a seam", async () => {
    // More similarities than fit one tile.
    const large = clusters(90_000, { dim: 2, classes: 2, noise: 1 });
    const queries = clusters(60, { dim: 2, classes: 2, noise: 1, seed: 3 });
    const { predictions } = await knn({ train: large, test: queries, classes: 2 });
    for (const row of [0, 45, 46, 47, 59]) {
      const one = { ...queries, ...only(queries, row), size: 1 };
      expect((await knn({ train: large, test: one, classes: 2 })).predictions[0]).toBe(predictions[row]);
    }
  });

  it("takes 20 neighbours, or all where there are fewer", async () => {
    expect((await knn({ train, test, classes: 4 })).k).toBe(20);
    expect((await knn({ train: clusters(12), test, classes: 4 })).k).toBe(12);
    await expect(knn({ train: clusters(12), test, classes: 4 }, { k: 13 })).rejects.toThrow(
      "kNN: k must be at most the size of the training set, 12, got 13",
    );
  });

  it("leaves no tensor behind, also when stopped", async () => {
    await expectNoLeak(async () => {
      await knn({ train, test, classes: 4 });
      const stopped = knn({ train, test, classes: 4 }, { signal: AbortSignal.abort(new Error("enough")) });
      await expect(stopped).rejects.toThrow("enough");
    });
  });
});

/** Points on the unit circle: a label and an angle each. */
function plane(points: readonly (readonly [label: number, angle: number])[]): Features {
  return {
    values: Float32Array.from(points.flatMap(([, angle]) => [Math.cos(angle), Math.sin(angle)])),
    labels: Int32Array.from(points, ([label]) => label),
    size: points.length,
    dim: 2,
  };
}

function only({ values, labels, dim }: Features, row: number): Pick<Features, "values" | "labels"> {
  return { values: values.slice(row * dim, (row + 1) * dim), labels: labels.slice(row, row + 1) };
}

function naive(
  train: Features,
  test: Features,
  k: number,
  weighting: "plain" | "exponential",
  temperature: number,
): number[] {
  return Array.from({ length: test.size }, (_, i) => {
    const query = only(test, i).values;
    const ranked = Array.from({ length: train.size }, (_, j) => {
      const other = only(train, j).values;
      return { label: train.labels[j], similarity: dot(query, other) / norm(query) / norm(other) };
    })
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, k);
    const votes = new Map<number, number>();
    for (const { label, similarity } of ranked) {
      const vote = weighting === "plain" ? 1 : Math.exp((similarity - ranked[0].similarity) / temperature);
      votes.set(label, (votes.get(label) ?? 0) + vote);
    }
    // A map remembers the order of insertion, and sorting is stable: of equal votes the nearest is first.
    return [...votes].sort((a, b) => b[1] - a[1])[0][0];
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

function norm(a: Float32Array): number {
  return Math.sqrt(dot(a, a));
}
