import * as tf from "@tensorflow/tfjs-core";
import {
  type ContrastiveLossAttributes,
  type ContrastiveLossInputs,
  contrastiveLoss,
} from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { describe, expect, test } from "vitest";
import { counting as countingDispatches } from "../../test/counting.js";
import { describeOnGpu } from "../../test/gpu.js";
// By path: loops are not public.
import {
  batch,
  defaults,
  emptied,
  firstViews,
  inLoops,
  type Problem,
  queue,
  spread,
  tensors,
} from "../../../testing/src/loops/contrastive-loss.js";

/** Not all combinations: an imitated GPU compiles each for a second in all, and caps are apart from all else. */
const variants = [
  ...(["outside", "inside"] as const).flatMap((summation) =>
    (["all", "one-positive", "only-negatives"] as const).map((denominator) => ({ summation, denominator })),
  ),
  { positivesCap: 0 },
  { positivesCap: 3 },
  { summation: "inside", denominator: "one-positive", positivesCap: 0 },
  { summation: "inside", denominator: "one-positive", positivesCap: 3 },
].map((changed) => ({ ...defaults, ...changed }) as ContrastiveLossAttributes);
const fewVariants = variants.filter((_, i) => [0, 4, 9].includes(i));

/** Tiles have 64 × 64 pairs; rows are read by 16 values, and written by 64 or, if they are longer, 128. */
const problems: Record<string, Problem> = {
  "one row": batch({ rows: 1, views: 1, dim: 4, classes: 1 }),
  "two views of one sample": batch({ rows: 2, views: 2, dim: 4, classes: 1 }),
  "7 rows": batch({ rows: 7, views: 1, dim: 8, classes: 3 }),
  "64 rows": batch({ rows: 64, views: 2, dim: 64, classes: 5 }),
  "65 rows, all distinct": batch({ rows: 65, views: 1, dim: 4, classes: 65 }),
  "65 rows, one class": batch({ rows: 65, views: 1, dim: 12, classes: 1 }),
  "first views of a batch": firstViews(batch({ rows: 134, views: 2, dim: 8, classes: 6 }), 2),
  "keys and a long queue": queue({ rows: 9, queued: 245, dim: 20, classes: 4 }),
  "keys and a queue with empty places": emptied(queue({ rows: 70, queued: 187, dim: 8, classes: 4 })),
  "many anchors, few contrasts": queue({ rows: 130, queued: 0, dim: 4, classes: 3 }),
};

const oddProblems: Record<string, Problem> = {
  "rows of one value": batch({ rows: 8, views: 2, dim: 1, classes: 1 }),
  "rows of 3 values": queue({ rows: 70, queued: 100, dim: 3, classes: 4 }),
  "rows of 23 values": firstViews(batch({ rows: 70, views: 2, dim: 23, classes: 7 }), 2),
};

const longProblems: Record<string, Problem> = {
  "140 rows of 260 values": batch({ rows: 140, views: 2, dim: 260, classes: 9 }),
  "130 rows of 130 values": batch({ rows: 130, views: 2, dim: 130, classes: 65 }),
};

describeOnGpu("contrastive loss on WebGPU", () => {
  describe.each(Object.entries(problems))("of %s", (_name, problem) => {
    test.each(variants)("$summation, $denominator, cap $positivesCap", (attributes) =>
      expectAsInLoops(problem, attributes),
    );
  });

  describe.each(Object.entries(oddProblems))("of %s", (_name, problem) => {
    test.each(fewVariants)("$summation, $denominator, cap $positivesCap", (attributes) =>
      expectAsInLoops(problem, attributes),
    );
  });

  // So many that a workgroup has several tiles of the other side; in so many classes that the loops take no time.
  test.each([variants[0], variants[9]])(
    "of 1030 rows: $summation, $denominator, cap $positivesCap",
    (attributes) => expectAsInLoops(batch({ rows: 1030, views: 2, dim: 4, classes: 200 }), attributes),
  );

  test.each(Object.entries(longProblems))("of %s", (_name, problem) => expectAsInLoops(problem, defaults));

  describe.each([0.005, 0.05, 10])("temperature %d", (temperature) => {
    test.each(variants)("$summation, $denominator, cap $positivesCap: finite and right", async (variant) => {
      // Positives that point away from each other, negatives that coincide, and a zero row.
      const points = [1, 0, -1, 0, 1, 0, 0, 1, -1, 0, 1, 0, 0, -1, -1, 0, 0.6, 0.8, 0, 0];
      const rows = Float32Array.from({ length: 40 }, (_, i) =>
        i % 4 < 2 ? points[2 * (i >> 2) + (i % 4)] : 0,
      );
      const problem = {
        ...batch({ rows: 10, views: 2, dim: 4, classes: 3 }),
        anchors: rows,
        contrasts: rows,
      };
      await expectAsInLoops(problem, { ...variant, temperature });
    });
  });

  test("ids, samples and labels are told apart by all their 32 bits", async () => {
    const problem = problems["keys and a long queue"];
    const attributes = { ...defaults, positivesCap: 1 };
    const weights = new Float32Array(problem.anchorIds.length);
    const [perAnchor] = await valuesOf(() => [
      contrastiveLoss(
        tensors({
          ...problem,
          anchorIds: spread(problem.anchorIds),
          contrastIds: spread(problem.contrastIds),
          anchorSamples: spread(problem.anchorSamples),
          contrastSamples: spread(problem.contrastSamples),
          anchorLabels: spread(problem.anchorLabels),
          contrastLabels: spread(problem.contrastLabels),
        }),
        attributes,
      ).perAnchor,
    ]);
    expectClose(perAnchor, inLoops(problem, attributes, weights).perAnchor);
  });

  test.each(variants)("what is not a number stays so: $summation, $denominator", async (attributes) => {
    const problem = batch({ rows: 12, views: 2, dim: 4, classes: 3 });
    const anchors = problem.anchors.slice();
    anchors[5] = Number.NaN;
    const results = await valuesOf(() => {
      const inputs = tensors({ ...problem, anchors });
      const [dAnchors] = gradients(inputs, attributes, new Float32Array(12).fill(1));
      return [contrastiveLoss(inputs, attributes).perAnchor, tf.sum(dAnchors, 1)];
    });
    for (const perRow of results) {
      const isNumber = perRow.map((v) => !Number.isNaN(v));
      expect(isNumber).toEqual(problem.anchorIds.map((id) => id !== 1));
    }
  });

  test.each([
    [0, 5, 4],
    [5, 0, 4],
    [0, 0, 4],
    [5, 4, 0],
  ])("of %d anchors, %d contrasts and %d dimensions", async (a, m, dim) => {
    await expectNoLeak(async () => {
      const [perAnchor, dAnchors, dContrasts] = await valuesOf(() => {
        const inputs = {
          anchors: tf.zeros<tf.Rank.R2>([a, dim]),
          contrasts: tf.zeros<tf.Rank.R2>([m, dim]),
          anchorIds: counting(a),
          contrastIds: counting(m, 100),
          anchorSamples: counting(a),
          contrastSamples: counting(m),
          anchorLabels: counting(a),
          contrastLabels: counting(m),
        };
        const ofRows = gradients(inputs, defaults, new Float32Array(a).fill(1));
        return [contrastiveLoss(inputs, defaults).perAnchor, ...ofRows];
      });
      // Four contrasts of equal similarity to each of the four anchors that have a positive.
      expectClose(
        perAnchor,
        Array.from({ length: a }, (_, i) => (i < m ? Math.log(m) : 0)),
      );
      expectClose(dAnchors, new Float32Array(a * dim));
      expectClose(dContrasts, new Float32Array(m * dim));
    });
  });

  test("leaks nothing, and gives the same bits twice", async () => {
    await expectNoLeak(async () => expect(await lossAndGradients()).toEqual(await lossAndGradients()));
  });

  test.each([
    // 64 rows are one tile, and need no sum.
    { name: "SupCon", changed: {}, forward: 2, backward: 1 },
    {
      name: "one positive in a denominator",
      changed: { denominator: "one-positive" },
      forward: 4,
      backward: 2,
    },
    { name: "a cap", changed: { positivesCap: 2 }, forward: 3, backward: 3 },
    { name: "two sets", changed: { oneSet: false }, forward: 2, backward: 3 },
  ] as const)("dispatches of $name", ({ changed, forward, backward }) => {
    const attributes = { ...defaults, oneSet: true, ...changed };
    tf.tidy(() => {
      const inputs = tensors(problems["64 rows"]);
      const outputs = countingDispatches(() => run("ContrastiveLoss", inputs, attributes));
      expect(outputs.dispatches).toBe(forward);
      const [perAnchor, positiveCount, , maximum, ...rest] = outputs.result;
      const [logDenominator, logPositives, denominatorWeight] = rest;
      const statistics = { positiveCount, maximum, logDenominator, logPositives, denominatorWeight };
      const given = { ...inputs, ...statistics, dPerAnchor: perAnchor };
      expect(countingDispatches(() => run("ContrastiveLossGrad", given, attributes)).dispatches).toBe(
        backward,
      );
    });
  });
});

function lossAndGradients(): Promise<number[][]> {
  return valuesOf(() => {
    const inputs = tensors(problems["64 rows"]);
    const weights = new Float32Array(64).fill(1);
    return [
      contrastiveLoss(inputs, defaults).perAnchor,
      ...gradients(inputs, defaults, weights),
      gradientOfOneSet(inputs, defaults, weights),
    ];
  });
}

function run(kernel: string, inputs: object, attributes: object): tf.Tensor[] {
  return tf.engine().runKernel(kernel, inputs as tf.NamedTensorMap, attributes as tf.NamedAttrMap);
}

async function expectAsInLoops(problem: Problem, attributes: ContrastiveLossAttributes): Promise<void> {
  const weights = seededValues("weights", problem.anchorIds.length).map((u) => u + 0.2);
  const expected = inLoops(problem, attributes, weights);
  const isOneSet = problem.anchors === problem.contrasts;
  const [perAnchor, positiveCount, positiveSimilarity, dAnchors, dContrasts, dBoth] = await valuesOf(() => {
    const inputs = tensors(problem);
    const actual = contrastiveLoss(inputs, attributes);
    return [
      actual.perAnchor,
      actual.positiveCount,
      actual.positiveSimilarity,
      ...gradients(inputs, attributes, weights),
      ...(isOneSet ? [gradientOfOneSet(inputs, attributes, weights)] : []),
    ];
  });
  expect([...positiveCount]).toEqual(expected.positiveCount);
  expectSame(perAnchor, expected.perAnchor, "perAnchor");
  expectSame(positiveSimilarity, expected.positiveSimilarity, "positiveSimilarity");
  expectSame(dAnchors, expected.dAnchors, "gradient of anchors");
  expectSame(dContrasts, expected.dContrasts, "gradient of contrasts");
  if (!isOneSet) return;
  const both = expected.dAnchors.map((value, i) => value + expected.dContrasts[i]);
  expectSame(dBoth, both, "gradient of one set");
}

async function valuesOf(run: () => tf.Tensor[]): Promise<number[][]> {
  const tensors = tf.tidy(run);
  const values = await Promise.all(tensors.map(async (tensor) => Array.from(await tensor.data())));
  tf.dispose(tensors);
  return values;
}

/** Where the reference is zero but for its own rounding, the actual values must be zero but for theirs. */
function expectSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  const reference = Float64Array.from(expected, (v) => (Math.abs(v) < 1e-9 ? 0 : v));
  const tolerance = reference.every((v) => v === 0) ? 1e-6 : 1e-5;
  expectClose(actual, reference, { what, tolerance });
}

function counting(n: number, from = 0): tf.Tensor1D {
  return tf.range(from, from + n, 1, "int32");
}

/** Of anchors and contrasts as two tensors. */
function gradients(
  inputs: ContrastiveLossInputs,
  attributes: ContrastiveLossAttributes,
  weights: ArrayLike<number>,
): tf.Tensor[] {
  const f = (anchors: tf.Tensor, contrasts: tf.Tensor) =>
    contrastiveLoss(
      { ...inputs, anchors: anchors as tf.Tensor2D, contrasts: contrasts as tf.Tensor2D },
      attributes,
    ).perAnchor;
  return tf.grads(f)([inputs.anchors, inputs.contrasts], tf.tensor1d(Float32Array.from(weights)));
}

/** Of a tensor that is both, with all that belongs to it. */
function gradientOfOneSet(
  { anchors, anchorIds, anchorSamples, anchorLabels }: ContrastiveLossInputs,
  attributes: ContrastiveLossAttributes,
  weights: ArrayLike<number>,
): tf.Tensor {
  const f = (x: tf.Tensor) =>
    contrastiveLoss(
      {
        anchors: x as tf.Tensor2D,
        contrasts: x as tf.Tensor2D,
        anchorIds,
        contrastIds: anchorIds,
        anchorSamples,
        contrastSamples: anchorSamples,
        anchorLabels,
        contrastLabels: anchorLabels,
      },
      attributes,
    ).perAnchor;
  return tf.grad(f)(anchors, tf.tensor1d(Float32Array.from(weights)));
}
