import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, expectClose, expectNoLeak, finiteDifference } from "../../testing/src/index.js";
import { contrastiveBackward } from "./contrastive-loss/backward.js";
import { contrastiveForward } from "./contrastive-loss/forward.js";
import {
  type ContrastiveLossAttributes,
  type ContrastiveLossInputs,
  contrastiveLoss,
} from "./contrastive-loss.js";

beforeAll(async () => {
  await cpu().init();
});

/** The inputs as plain arrays; rows of `anchors` and `contrasts` have `dim` elements. */
interface Problem {
  readonly dim: number;
  readonly anchors: Float64Array;
  readonly contrasts: Float64Array;
  readonly anchorIds: readonly number[];
  readonly contrastIds: readonly number[];
  readonly anchorSamples: readonly number[];
  readonly contrastSamples: readonly number[];
  readonly anchorLabels: readonly (number | readonly number[])[];
  readonly contrastLabels: readonly (number | readonly number[])[];
}

const defaults: ContrastiveLossAttributes = {
  version: 1,
  temperature: 0.3,
  summation: "outside",
  denominator: "all",
  positivesCap: -1,
  positives: "equal-label",
};

const problems: Record<string, Problem> = {
  "a batch with itself, three views": batchWithItself([0, 1, 0, 2, 1, 0], 3),
  "one view, a label that occurs once": batchWithItself([0, 1, 0, 2, 1, 0, 1], 1),
  "one class": batchWithItself([4, 4, 4], 2),
  "keys and a queue": {
    dim: 5,
    anchors: unitRows(4, 5, 1),
    contrasts: unitRows(10, 5, 2),
    anchorIds: [0, 1, 2, 3],
    contrastIds: [10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
    anchorSamples: [0, 1, 2, 3],
    contrastSamples: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    anchorLabels: [0, 1, 1, 7],
    contrastLabels: [0, 1, 1, 3, 0, 0, 1, 2, 2, 1],
  },
};
problems["keys and a queue with empty places"] = {
  ...problems["keys and a queue"],
  contrastIds: [10, 11, 12, 13, -1, -1, 16, -1, 18, -1],
};

/** Rows with 1 for each class. The last sample has none. */
const overlapping: Record<string, Problem> = {
  "samples of several classes": batchWithItself(
    [
      [1, 1, 0],
      [0, 1, 1],
      [1, 0, 0],
      [1, 1, 0],
      [0, 0, 0],
    ],
    2,
  ),
  "samples of one class each": batchWithItself(
    [
      [1, 0],
      [0, 1],
      [1, 0],
    ],
    2,
  ),
  "shares of classes": batchWithItself(
    [
      [0.7, 0.3, 0],
      [0, 0.4, 0.6],
      [0, 0, 1],
      [1, 0, 0],
    ],
    1,
  ),
};

const variants = (["outside", "inside"] as const).flatMap((summation) =>
  (["all", "one-positive", "only-negatives"] as const).flatMap((denominator) =>
    [-1, 0, 1, 3].map((positivesCap) => ({ ...defaults, summation, denominator, positivesCap })),
  ),
);

const cases = [
  ...Object.entries(problems).map(([name, problem]) => ({
    name,
    problem,
    positives: "equal-label" as const,
  })),
  ...Object.entries(overlapping).map(([name, problem]) => ({ name, problem, positives: "overlap" as const })),
];

describe.each(cases)("contrastiveLoss of $name", ({ problem, positives }) => {
  test.each(variants)("$summation, $denominator, cap $positivesCap", (variant) => {
    const attributes = { ...variant, positives };
    const a = problem.anchorIds.length;
    const expected = naive(problem, attributes);
    const weights = Float64Array.from({ length: a }, (_, i) => Math.cos(i) + 0.2);
    const weighted = (changed: Partial<Problem>) =>
      naive({ ...problem, ...changed }, attributes).perAnchor.reduce((sum, v, i) => sum + v * weights[i], 0);
    const expectedGradients = [
      finiteDifference((anchors) => weighted({ anchors }), problem.anchors),
      finiteDifference((contrasts) => weighted({ contrasts }), problem.contrasts),
    ];
    tf.tidy(() => {
      const inputs = tensors(problem);
      const actual = contrastiveLoss(inputs, attributes);
      expectSame(actual.perAnchor, expected.perAnchor, "perAnchor");
      expectSame(actual.positiveCount, expected.positiveCount, "positiveCount");
      expectSame(actual.positiveSimilarity, expected.positiveSimilarity, "positiveSimilarity");

      const gradients = gradientsOf(inputs, attributes, weights);
      for (const [i, name] of ["anchors", "contrasts"].entries()) {
        expectSame(gradients[i], expectedGradients[i], `gradient of ${name}`);
      }

      for (const rows of [1, 4]) {
        const parts = contrastiveForward(inputs, attributes, rows);
        expectSame(parts.perAnchor, expected.perAnchor, `perAnchor, tiles of ${rows}`);
        const dPerAnchor = tf.tensor1d(Float32Array.from(weights));
        const tiled = contrastiveBackward({ ...inputs, ...parts, dPerAnchor }, attributes, rows);
        expectSame(tiled.anchors, expectedGradients[0], `anchors, tiles of ${rows}`);
        expectSame(tiled.contrasts, expectedGradients[1], `contrasts, tiles of ${rows}`);
      }
    });
  });
});

describe.each([0.005, 0.05, 10])("temperature %d", (temperature) => {
  test.each(variants)("$summation, $denominator, cap $positivesCap: finite and right", (attributes) => {
    const opposite = { ...batchWithItself([0, 0, 1, 1, 2], 2), dim: 2 };
    // Positives that point away from each other, and negatives that coincide: the worst that unit length allows.
    const rows = Float64Array.of(1, 0, -1, 0, 1, 0, 0, 1, -1, 0, 1, 0, 0, -1, -1, 0, 0.6, 0.8, 0.6, 0.8);
    const problem = { ...opposite, anchors: rows, contrasts: rows };
    const expected = naive(problem, { ...attributes, temperature });
    tf.tidy(() => {
      const inputs = tensors(problem);
      const { perAnchor } = contrastiveLoss(inputs, { ...attributes, temperature });
      expectClose(perAnchor.dataSync(), expected.perAnchor, { what: "perAnchor" });
      const gradients = gradientsOf(inputs, { ...attributes, temperature }, new Float64Array(10).fill(1));
      for (const gradient of gradients) {
        expect(gradient.dataSync().every((v) => Number.isFinite(v))).toBe(true);
      }
    });
  });
});

test("rows with one class each give what labels give", () => {
  const labels = [0, 2, 1, 0, 2, 2];
  const rows = labels.map((label) => [0, 1, 2].map((c) => (c === label ? 1 : 0)));
  tf.tidy(() => {
    const equal = contrastiveLoss(tensors(batchWithItself(labels, 2)), defaults);
    const overlap = contrastiveLoss(tensors(batchWithItself(rows, 2)), { ...defaults, positives: "overlap" });
    expectClose(overlap.perAnchor.dataSync(), equal.perAnchor.dataSync());
    expectClose(overlap.positiveCount.dataSync(), equal.positiveCount.dataSync());
  });
});

test("ids, samples and labels are told apart by all their 32 bits", () => {
  const problem = problems["keys and a queue"];
  const far = {
    ...problem,
    anchorIds: spread(problem.anchorIds),
    contrastIds: spread(problem.contrastIds),
    anchorSamples: spread(problem.anchorSamples),
    contrastSamples: spread(problem.contrastSamples),
    anchorLabels: spread(problem.anchorLabels as number[]),
    contrastLabels: spread(problem.contrastLabels as number[]),
  };
  tf.tidy(() => {
    const attributes = { ...defaults, positivesCap: 1 };
    const { perAnchor } = contrastiveLoss(tensors(far), attributes);
    expectClose(perAnchor.dataSync(), naive(problem, attributes).perAnchor);
  });
});

test("a tensor that is anchors and contrasts gets both gradients", () => {
  const problem = problems["a batch with itself, three views"];
  tf.tidy(() => {
    const { anchors: both, contrasts: _, ...rest } = tensors(problem);
    const f = (x: tf.Tensor) =>
      tf.sum(
        contrastiveLoss({ anchors: x as tf.Tensor2D, contrasts: x as tf.Tensor2D, ...rest }, defaults)
          .perAnchor,
      );
    const expected = finiteDifference(
      (x) => naive({ ...problem, anchors: x, contrasts: x }, defaults).perAnchor.reduce((a, b) => a + b),
      problem.anchors,
    );
    expectClose(tf.grad(f)(both).dataSync(), expected);
  });
});

test("twice the batch takes at most twice the memory", async () => {
  const [small, large] = [await peakMemory(128), await peakMemory(256)];
  expect(large / small).toBeLessThan(2.1);
});

test("leaks nothing, with and without a gradient", async () => {
  await expectNoLeak(() => {
    const inputs = tensors(problems["keys and a queue"]);
    const outputs = contrastiveLoss(inputs, defaults);
    const gradients = gradientsOf(inputs, defaults, new Float64Array(4).fill(1));
    tf.dispose([inputs, outputs, gradients]);
  });
});

test.each([
  [{ contrasts: tf.zeros<tf.Rank.R2>([10, 4]) }, "contrasts must have shape [10,5], got [10,4]"],
  [{ anchorLabels: tf.zeros<tf.Rank.R1>([3], "int32") }, "anchorLabels must have shape [4], got [3]"],
  [{ anchorLabels: tf.zeros<tf.Rank.R1>([4]) }, "anchorLabels must be int32, got float32"],
])("rejects what doesn't fit together (%#)", (wrong, message) => {
  tf.tidy(() => {
    const inputs = { ...tensors(problems["keys and a queue"]), ...wrong };
    expect(() => contrastiveLoss(inputs, defaults)).toThrow(message);
  });
});

async function peakMemory(samples: number): Promise<number> {
  const inputs = tensors(
    batchWithItself(
      Array.from({ length: samples }, () => 0),
      1,
    ),
  );
  const before = tf.memory().numBytes;
  const { peakBytes } = await tf.profile(() =>
    tf.tidy(() => {
      const parts = contrastiveForward(inputs, defaults, 16);
      const dPerAnchor = tf.ones<tf.Rank.R1>([samples]);
      return contrastiveBackward({ ...inputs, ...parts, dPerAnchor }, defaults, 16);
    }),
  );
  return peakBytes - before;
}

/** Where the reference is zero but for its own rounding, the actual values must be zero but for theirs. */
function expectSame(actual: tf.Tensor, expected: ArrayLike<number>, what: string): void {
  const reference = Float64Array.from(expected, (v) => (Math.abs(v) < 1e-9 ? 0 : v));
  const tolerance = reference.every((v) => v === 0) ? 1e-6 : 1e-5;
  expectClose(actual.dataSync(), reference, { what, tolerance });
}

/** The definition, pair by pair. */
function naive(problem: Problem, attributes: ContrastiveLossAttributes) {
  const { dim, anchors, contrasts } = problem;
  const { temperature, summation, denominator, positivesCap } = attributes;
  const result = {
    perAnchor: [] as number[],
    positiveCount: [] as number[],
    positiveSimilarity: [] as number[],
  };
  for (let i = 0; i < problem.anchorIds.length; i++) {
    const positives: { cosine: number; weight: number }[] = [];
    const negatives: number[] = [];
    let others = 0;
    for (let j = 0; j < problem.contrastIds.length; j++) {
      if (problem.anchorIds[i] === problem.contrastIds[j] || problem.contrastIds[j] === -1) continue;
      let cosine = 0;
      for (let k = 0; k < dim; k++) cosine += anchors[i * dim + k] * contrasts[j * dim + k];
      const weight = overlapOf(problem.anchorLabels[i], problem.contrastLabels[j]);
      if (weight === 0) {
        negatives.push(cosine);
      } else if (problem.anchorSamples[i] === problem.contrastSamples[j]) {
        positives.push({ cosine, weight });
      } else if (positivesCap < 0 || others < positivesCap) {
        positives.push({ cosine, weight });
        others++;
      }
    }
    if (positives.length === 0 || (denominator === "only-negatives" && negatives.length === 0)) {
      result.perAnchor.push(0);
      result.positiveCount.push(0);
      result.positiveSimilarity.push(0);
      continue;
    }
    // Relative to the largest, which e^{s} / D doesn't feel.
    const all = [...positives.map(({ cosine }) => cosine), ...negatives];
    const largest = Math.max(...all);
    const exp = (cosine: number) => Math.exp((cosine - largest) / temperature);
    const sums = {
      all: () => sum(all.map(exp)),
      "one-positive": (positive: number) => exp(positive) + sum(negatives.map(exp)),
      "only-negatives": () => sum(negatives.map(exp)),
    };
    const total = sum(positives.map(({ weight }) => weight));
    const mean = (of: (cosine: number) => number) =>
      sum(positives.map(({ cosine, weight }) => weight * of(cosine))) / total;
    const logRatio = (cosine: number) =>
      (cosine - largest) / temperature - Math.log(sums[denominator](cosine));
    result.perAnchor.push(
      summation === "outside"
        ? -mean(logRatio)
        : -Math.log(mean((cosine) => exp(cosine) / sums[denominator](cosine))),
    );
    result.positiveCount.push(total);
    result.positiveSimilarity.push(mean((cosine) => cosine));
  }
  return result;
}

/** 1 or 0 for two labels; for two rows of classes, Jaccard's index of products. */
function overlapOf(a: number | readonly number[], b: number | readonly number[]): number {
  if (typeof a === "number" || typeof b === "number") return a === b ? 1 : 0;
  const common = sum(a.map((v, c) => v * b[c]));
  const sizes = [a, b].map((row) => sum(row.map((v) => v * v)));
  return common === 0 ? 0 : common / (sum(sizes) - common);
}

function batchWithItself(labels: Problem["anchorLabels"], views: number, dim = 5): Problem {
  const rows = unitRows(labels.length * views, dim, 3);
  const ids = Array.from({ length: labels.length * views }, (_, i) => i);
  const samples = ids.map((i) => Math.floor(i / views));
  const perRow = samples.map((sample) => labels[sample]);
  return {
    dim,
    anchors: rows,
    contrasts: rows,
    anchorIds: ids,
    contrastIds: ids,
    anchorSamples: samples,
    contrastSamples: samples,
    anchorLabels: perRow,
    contrastLabels: perRow,
  };
}

function unitRows(n: number, dim: number, seed: number): Float64Array {
  const x = Float64Array.from({ length: n * dim }, (_, i) =>
    Math.sin(seed * 12.9898 + i * i * 0.7 + i * 4.1),
  );
  for (let i = 0; i < n; i++) {
    const row = x.subarray(i * dim, (i + 1) * dim);
    row.set(row.map((v) => v / Math.hypot(...row)));
  }
  return x;
}

function tensors(problem: Problem): ContrastiveLossInputs {
  const rows = (x: Float64Array) => tf.tensor2d(Float32Array.from(x), [x.length / problem.dim, problem.dim]);
  return {
    anchors: rows(problem.anchors),
    contrasts: rows(problem.contrasts),
    anchorIds: integers(problem.anchorIds),
    contrastIds: integers(problem.contrastIds),
    anchorSamples: integers(problem.anchorSamples),
    contrastSamples: integers(problem.contrastSamples),
    anchorLabels: labelTensor(problem.anchorLabels),
    contrastLabels: labelTensor(problem.contrastLabels),
  };
}

function labelTensor(labels: Problem["anchorLabels"]): tf.Tensor1D | tf.Tensor2D {
  return typeof labels[0] === "number" ? integers(labels as number[]) : tf.tensor2d(labels as number[][]);
}

function gradientsOf(
  inputs: ContrastiveLossInputs,
  attributes: ContrastiveLossAttributes,
  weights: Float64Array,
): tf.Tensor[] {
  const f = (anchors: tf.Tensor, contrasts: tf.Tensor) =>
    tf.sum(
      tf.mul(
        contrastiveLoss(
          { ...inputs, anchors: anchors as tf.Tensor2D, contrasts: contrasts as tf.Tensor2D },
          attributes,
        ).perAnchor,
        tf.tensor1d(Float32Array.from(weights)),
      ),
    );
  return tf.grads(f)([inputs.anchors, inputs.contrasts]);
}

function integers(x: readonly number[]): tf.Tensor1D {
  return tf.tensor1d([...x], "int32");
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** Other integers, equal where `x` is, at both ends of int32. */
function spread(x: readonly number[]): number[] {
  return x.map((v) => (v % 2 === 0 ? 2 ** 31 - 1 - v : v - 2 ** 31));
}
