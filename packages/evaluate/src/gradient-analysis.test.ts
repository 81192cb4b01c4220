import { cpu, expectClose, finiteDifference } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
// By path: the evaluation and the losses don't depend on each other.
import { supConPerAnchor } from "../../loss-supcon/src/index.js";
import { clusters } from "../test/clusters.js";
import type { Features } from "./features.js";
import { type GradientAnalysis, gradientAnalysis } from "./gradient-analysis.js";

const summations = ["outside", "inside"] as const;

describe.each(summations)("the gradient of L, mean %s", (summation) => {
  beforeAll(async () => void (await cpu().init()));
  const features = clusters(17, { dim: 5, classes: 4, noise: 1 });

  it.each([0.1, 0.5])("is that of float64 loops, temperature %d", async (temperature) => {
    const { gradient } = await gradientAnalysis(features, { temperature, summation });
    const { values, labels, size, dim } = features;
    for (let i = 0; i < size; i++) {
      const own = Float64Array.from(values.subarray(i * dim, (i + 1) * dim));
      const lossOf = (row: Float64Array) => {
        const moved = Float64Array.from(values);
        moved.set(row, i * dim);
        return naive(moved, labels, dim, i, temperature, summation);
      };
      expectClose(gradient.subarray(i * dim, (i + 1) * dim), finiteDifference(lossOf, own));
    }
  });

  it("is what supCon's own gradient is", async () => {
    const temperature = 0.2;
    const { gradient } = await gradientAnalysis(features, { temperature, summation });
    const { values, labels, size, dim } = features;
    tf.tidy(() => {
      const ids = tf.tensor1d(labels, "int32");
      const x = tf.tensor2d(values, [size, dim]);
      const perAnchor = (x: tf.Tensor) => {
        const units = tf.reshape<tf.Rank.R3>(tf.div(x, tf.norm(x, 2, 1, true)), [size, 1, dim]);
        return supConPerAnchor(units, ids, { temperature, summation });
      };
      // Each anchor's own loss, with respect to that anchor.
      const rows = Array.from({ length: size }, (_, i) => {
        const one = tf.oneHot(tf.scalar(i, "int32"), size);
        const ofAll = tf.grad((x: tf.Tensor) => tf.sum(tf.mul(perAnchor(x), one)))(x);
        return ofAll.dataSync<"float32">().subarray(i * dim, (i + 1) * dim);
      });
      expectClose(
        gradient,
        rows.flatMap((row) => [...row]),
      );
    });
  });

  it("is the sum of what the pairs contribute", async () => {
    const temperature = 0.3;
    const { gradient, pairs } = await gradientAnalysis(features, { temperature, summation });
    const { values, size, dim } = features;
    const row = (i: number) => [...values.subarray(i * dim, (i + 1) * dim)];
    const sums = new Float64Array(size * dim);
    pairs.contributions.forEach((contribution, at) => {
      const [i, j] = [pairs.anchors[at], pairs.contrasts[at]];
      const [own, other] = [unit(row(i)), unit(row(j))];
      const direction = unit(other.map((v, k) => v - pairs.cosines[at] * own[k]));
      const scale = temperature * Math.hypot(...row(i));
      direction.forEach((v, k) => (sums[i * dim + k] += (contribution * v) / scale));
    });
    expectClose(gradient, sums, { tolerance: 1e-9 });
  });
});

describe("what a pair contributes", () => {
  const temperature = 0.1;
  const negatives = 7;
  const e = (degrees: number) => Math.exp(Math.cos((degrees * Math.PI) / 180) / temperature);

  // One positive at an angle, and negatives on an axis perpendicular to both.
  it.each([0, 1, 30, 60, 90, 150, 180])("a positive at %d degrees", async (degrees) => {
    for (const summation of summations) {
      const analysis = await gradientAnalysis(around([degrees], negatives), { temperature, summation });
      const expected = (-negatives / (e(degrees) + negatives)) * Math.sin((degrees * Math.PI) / 180);
      expect(firstPositive(analysis)).toBeCloseTo(expected, 7);
    }
  });

  it("an easy positive contributes nothing, a hard one nearly all that there is", async () => {
    const [easy, hard] = await Promise.all(
      [0.01, 90].map((degrees) => gradientAnalysis(around([degrees], negatives), { temperature })),
    );
    expect(Math.abs(firstPositive(easy))).toBeLessThan(1e-6);
    expect(Math.abs(firstPositive(hard))).toBeCloseTo(1 - 1 / (1 + negatives), 10);
  });

  // Of |P| positives, all perpendicular, L_out: 1/|P| less the share of the softmax. (Supplement.)
  it("hard positives share the pull, and negatives the push", async () => {
    const analysis = await gradientAnalysis(around([90, 90, 90], negatives), { temperature });
    expect(firstPositive(analysis)).toBeCloseTo(1 / (3 + negatives) - 1 / 3, 10);
    expect(of(analysis, 0, 4)).toBeCloseTo(1 / (3 + negatives), 10);
  });

  it("beside easy positives, L_in takes no notice of a hard one, L_out does", async () => {
    const features = around([90, 5, 5], negatives);
    const [outside, inside] = await Promise.all(
      summations.map((summation) => gradientAnalysis(features, { temperature, summation })),
    );
    expect(Math.abs(firstPositive(outside))).toBeCloseTo(1 / 3, 3);
    expect(Math.abs(firstPositive(inside))).toBeLessThan(1e-4);
  });

  it("negatives weigh the same in both", async () => {
    const features = clusters(20);
    const [outside, inside] = await Promise.all(
      summations.map((summation) => gradientAnalysis(features, { summation })),
    );
    expect(ofNegatives(inside)).toEqual(ofNegatives(outside));
    expect(ofNegatives(inside).every((v) => v >= 0)).toBe(true);
  });
});

describe("gradientAnalysis", () => {
  it("sums pairs by hardness and loses none", async () => {
    const { pairs, bins } = await gradientAnalysis(clusters(40), { bins: 8 });
    expect(bins).toHaveLength(8);
    expect([bins[0].from, bins[7].to]).toEqual([-1, 1]);
    const total = (value: (bin: (typeof bins)[0]) => number) =>
      bins.reduce((sum, bin) => sum + value(bin), 0);
    expect(total(({ positives, negatives }) => positives.pairs + negatives.pairs)).toBe(40 * 39);
    expect(total(({ positives }) => positives.pairs)).toBe(pairs.positive.reduce((a, b) => a + b));
    expect(total(({ positives, negatives }) => positives.sum + negatives.sum)).toBeCloseTo(
      pairs.contributions.reduce((a, b) => a + b),
    );
    for (const { from, to, negatives } of bins) {
      const inside = pairs.cosines.filter(
        (cosine, at) => pairs.positive[at] === 0 && cosine >= from && cosine < to,
      );
      expect(negatives.pairs).toBe(inside.length);
    }
  });

  it("leaves out anchors without a positive or a direction, and stays finite", async () => {
    const features = rows(
      [
        [0, 0],
        [1, 0],
        [1, 0],
        [-1, 0],
        [0, 2],
      ],
      [0, 0, 0, 1, 2],
    );
    const { pairs, gradient } = await gradientAnalysis(features, { temperature: 0.005 });
    expect([...new Set(pairs.anchors)]).toEqual([1, 2]);
    expect(pairs.contributions.every(Number.isFinite)).toBe(true);
    expect([...gradient.slice(0, 2), ...gradient.slice(6)]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("draws a batch, whose rows it names", async () => {
    const features = clusters(50);
    const batch = await gradientAnalysis(features, { limit: 12 });
    expect(batch.indices).toHaveLength(12);
    expect(batch.indices).toEqual((await gradientAnalysis(features, { limit: 12 })).indices);
    expect(batch.indices).not.toEqual((await gradientAnalysis(features, { limit: 12, seed: 1 })).indices);
    expect(batch.gradient).toHaveLength(12 * features.dim);
  });

  it("stops when told to, and refuses what it does not know", async () => {
    const reason = new Error("enough");
    const stopped = gradientAnalysis(clusters(20), { signal: AbortSignal.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
    await expect(gradientAnalysis(clusters(20), { temperature: 0 })).rejects.toThrow(
      "temperature must be > 0, got 0",
    );
  });
});

/** An anchor, positives at these angles from it, and negatives perpendicular to all. */
function around(degrees: readonly number[], negatives: number): Features {
  const positives = degrees.map((angle) => {
    const radians = (angle * Math.PI) / 180;
    return [Math.cos(radians), Math.sin(radians), 0];
  });
  const others = Array.from({ length: negatives }, () => [0, 0, 3]);
  return rows(
    [[2, 0, 0], ...positives, ...others],
    [0, ...positives.map(() => 0), ...others.map((_, i) => i + 1)],
  );
}

function rows(values: readonly (readonly number[])[], labels: readonly number[]): Features {
  return {
    values: Float32Array.from(values.flat()),
    labels: Int32Array.from(labels),
    size: labels.length,
    dim: values[0].length,
  };
}

function of({ pairs }: GradientAnalysis, anchor: number, contrast: number): number {
  const at = pairs.anchors.findIndex((i, at) => i === anchor && pairs.contrasts[at] === contrast);
  return pairs.contributions[at];
}

function firstPositive(analysis: GradientAnalysis): number {
  return of(analysis, 0, 1);
}

function ofNegatives({ pairs }: GradientAnalysis): Float64Array {
  return pairs.contributions.filter((_, at) => pairs.positive[at] === 0);
}

function unit(x: readonly number[]): number[] {
  return x.map((v) => v / Math.hypot(...x));
}

function mean(x: readonly number[]): number {
  return x.reduce((a, b) => a + b) / x.length;
}

/** eq. 2 or 3 for one anchor, of rows that are scaled to length 1 first. */
function naive(
  values: Float64Array,
  labels: Int32Array,
  dim: number,
  anchor: number,
  temperature: number,
  summation: "outside" | "inside",
): number {
  const row = (i: number) => values.subarray(i * dim, (i + 1) * dim);
  const e = (j: number) => {
    const product = row(anchor).reduce((sum, v, k) => sum + v * row(j)[k], 0);
    return Math.exp(product / (Math.hypot(...row(anchor)) * Math.hypot(...row(j)) * temperature));
  };
  const others = [...labels.keys()].filter((j) => j !== anchor);
  const positives = others.filter((j) => labels[j] === labels[anchor]);
  const denominator = others.reduce((sum, j) => sum + e(j), 0);
  return summation === "outside"
    ? -mean(positives.map((p) => Math.log(e(p) / denominator)))
    : -Math.log(mean(positives.map((p) => e(p) / denominator)));
}
