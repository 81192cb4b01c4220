import * as tf from "@tensorflow/tfjs-core";
import {
  type ContrastiveLossAttributes,
  type ContrastiveLossInputs,
  contrastiveLoss,
} from "@contrastive/ops";
import {
  expectClose,
  expectNoLeak,
  finiteDifference,
  relativeError,
  seededValues,
} from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
// By path: the reference is what the operation falls back to, and not public.
import { contrastiveBackward } from "../../../../ops/src/contrastive-loss/backward.js";
import { contrastiveForward } from "../../../../ops/src/contrastive-loss/forward.js";
import { wasm } from "../../wasm.js";
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
} from "../../../../testing/src/loops/contrastive-loss.js";

const variants = (["outside", "inside"] as const).flatMap((summation) =>
  (["all", "one-positive", "only-negatives"] as const).flatMap((denominator) =>
    [-1, 0, 3].map((positivesCap) => ({ ...defaults, summation, denominator, positivesCap })),
  ),
);

/** Of each kind of summation, denominator and cap, for what depends on the sizes alone. */
const fewVariants = variants.filter((_, i) => [0, 3, 14, 16].includes(i));

/** Tiles have 120 rows, tasks 16 to 64, panels 8, vectors 4; dimensions are packed by 5 or 6. */
const problems: Record<string, Problem> = {
  "one row": batch({ rows: 1, views: 1, dim: 3, classes: 1 }),
  "two views of one sample": batch({ rows: 2, views: 2, dim: 1, classes: 1 }),
  "7 rows": batch({ rows: 7, views: 1, dim: 8, classes: 3 }),
  "64 rows": batch({ rows: 64, views: 2, dim: 64, classes: 5 }),
  "65 rows, all distinct": batch({ rows: 65, views: 1, dim: 3, classes: 65 }),
  "65 rows, one class": batch({ rows: 65, views: 1, dim: 5, classes: 1 }),
  "120 rows": batch({ rows: 120, views: 3, dim: 6, classes: 4 }),
  "130 rows, each its own class": batch({ rows: 130, views: 2, dim: 130, classes: 65 }),
  "257 rows": batch({ rows: 257, views: 1, dim: 128, classes: 10 }),
  "first views of a batch": firstViews(batch({ rows: 134, views: 2, dim: 7, classes: 6 }), 2),
  "keys and a long queue": queue({ rows: 9, queued: 245, dim: 13, classes: 4 }),
  "keys and a queue with empty places": emptied(queue({ rows: 70, queued: 187, dim: 6, classes: 4 })),
  "many anchors, few contrasts": queue({ rows: 130, queued: 0, dim: 4, classes: 3 }),
};

describe.each([true, false])("relaxed SIMD %s", (relaxedSimd) => {
  beforeAll(async () => void (await wasm({ relaxedSimd }).init()));

  describe.each(Object.entries(problems))("contrastive loss of %s", (_name, problem) => {
    test.each(variants)("$summation, $denominator, cap $positivesCap", (attributes) => {
      const weights = seededValues("weights", problem.anchorIds.length).map((u) => u + 0.2);
      const expected = inLoops(problem, attributes, weights);
      tf.tidy(() => {
        const inputs = tensors(problem);
        const actual = contrastiveLoss(inputs, attributes);
        expect([...actual.positiveCount.dataSync()]).toEqual(expected.positiveCount);
        expectSame(actual.perAnchor, expected.perAnchor, "perAnchor");
        expectSame(actual.positiveSimilarity, expected.positiveSimilarity, "positiveSimilarity");
        const [dAnchors, dContrasts] = gradients(inputs, attributes, weights);
        expectSame(dAnchors, expected.dAnchors, "gradient of anchors");
        expectSame(dContrasts, expected.dContrasts, "gradient of contrasts");
        if (problem.anchors === problem.contrasts) {
          const both = expected.dAnchors.map((value, i) => value + expected.dContrasts[i]);
          expectSame(gradientOfOneSet(inputs, attributes, weights), both, "gradient of one set");
        }
      });
    });
  });

  // Tasks have the most rows that they may.
  test.each(fewVariants)(
    "equals the reference on a larger batch: $summation, $denominator, cap $positivesCap",
    (attributes) => {
      const problem = batch({ rows: 1030, views: 2, dim: 34, classes: 20 });
      tf.tidy(() => {
        const inputs = tensors(problem);
        const dPerAnchor = tf.tensor1d(seededValues("weights", 1030));
        const reference = contrastiveForward(inputs, attributes);
        const expected = contrastiveBackward({ ...inputs, ...reference, dPerAnchor }, attributes);
        const { perAnchor } = contrastiveLoss(inputs, attributes);
        expectClose(perAnchor.dataSync(), reference.perAnchor.dataSync());
        const actual = gradients(inputs, attributes, dPerAnchor.dataSync());
        expectClose(actual[0].dataSync(), expected.anchors.dataSync(), { what: "anchors" });
        expectClose(actual[1].dataSync(), expected.contrasts.dataSync(), { what: "contrasts" });
      });
    },
  );

  describe.each([0.005, 0.05, 10])("temperature %d", (temperature) => {
    test.each(variants)("$summation, $denominator, cap $positivesCap: finite and right", (variant) => {
      const attributes = { ...variant, temperature };
      // Positives that point away from each other, negatives that coincide, and a zero row.
      const rows = Float32Array.of(1, 0, -1, 0, 1, 0, 0, 1, -1, 0, 1, 0, 0, -1, -1, 0, 0.6, 0.8, 0, 0);
      const problem = {
        ...batch({ rows: 10, views: 2, dim: 2, classes: 3 }),
        anchors: rows,
        contrasts: rows,
      };
      const weights = new Float32Array(10).fill(1);
      const expected = inLoops(problem, attributes, weights);
      tf.tidy(() => {
        const inputs = tensors(problem);
        expectSame(contrastiveLoss(inputs, attributes).perAnchor, expected.perAnchor, "perAnchor");
        const actual = gradients(inputs, attributes, weights);
        for (const gradient of actual) expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
        expectSame(actual[0], expected.dAnchors, "gradient of anchors");
        expectSame(actual[1], expected.dContrasts, "gradient of contrasts");
      });
    });
  });

  test("ids, samples and labels are told apart by all their 32 bits", () => {
    const problem = problems["keys and a long queue"];
    const attributes = { ...defaults, positivesCap: 1 };
    const weights = new Float32Array(problem.anchorIds.length);
    tf.tidy(() => {
      const { perAnchor } = contrastiveLoss(
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
      );
      expectClose(perAnchor.dataSync(), inLoops(problem, attributes, weights).perAnchor);
    });
  });

  test.each(variants)("what is not a number stays so: $summation, $denominator", (attributes) => {
    const problem = batch({ rows: 12, views: 2, dim: 3, classes: 3 });
    const anchors = problem.anchors.slice();
    anchors[4] = Number.NaN;
    tf.tidy(() => {
      const inputs = tensors({ ...problem, anchors });
      const { perAnchor } = contrastiveLoss(inputs, attributes);
      const [dAnchors] = gradients(inputs, attributes, new Float32Array(12).fill(1));
      for (const perRow of [perAnchor, tf.sum(dAnchors, 1)]) {
        const isNumber = [...perRow.dataSync()].map((v) => !Number.isNaN(v));
        expect(isNumber).toEqual(problem.anchorIds.map((id) => id !== 1));
      }
    });
  });

  test.each([
    [0, 5, 3],
    [5, 0, 3],
    [0, 0, 3],
    [5, 4, 0],
  ])("of %d anchors, %d contrasts and %d dimensions", async (a, m, dim) => {
    await expectNoLeak(() => {
      tf.tidy(() => {
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
        const { perAnchor } = contrastiveLoss(inputs, defaults);
        // Four contrasts of equal similarity to each of the four anchors that have a positive.
        const expected = Array.from({ length: a }, (_, i) => (i < m ? Math.log(m) : 0));
        expectClose(perAnchor.dataSync(), expected);
        const [dAnchors, dContrasts] = gradients(inputs, defaults, new Float32Array(a).fill(1));
        expect(dAnchors.shape).toEqual([a, dim]);
        expect(dContrasts.shape).toEqual([m, dim]);
        expectClose(dAnchors.dataSync(), new Float32Array(a * dim));
        expectClose(dContrasts.dataSync(), new Float32Array(m * dim));
      });
    });
  });

  test("leaks nothing", async () => {
    await expectNoLeak(() => {
      const inputs = tensors(problems["64 rows"]);
      const outputs = contrastiveLoss(inputs, defaults);
      const gradient = gradientOfOneSet(inputs, defaults, new Float32Array(64).fill(1));
      tf.dispose([inputs, outputs, gradient]);
    });
  });
});

test.each(variants)(
  "the loop's gradient is its loss's: $summation, $denominator, $positivesCap",
  (attributes) => {
    const problem = queue({ rows: 5, queued: 12, dim: 3, classes: 2 });
    const weights = seededValues("weights", 5);
    const { dAnchors, dContrasts } = inLoops(problem, attributes, weights);
    const weighted = (changed: object) =>
      inLoops({ ...problem, ...changed }, attributes, weights).perAnchor.reduce(
        (sum, loss, i) => sum + loss * weights[i],
        0,
      );
    const anchors = finiteDifference((x) => weighted({ anchors: x }), problem.anchors);
    const contrasts = finiteDifference((x) => weighted({ contrasts: x }), problem.contrasts);
    expect(relativeError(dAnchors, anchors)).toBeLessThan(1e-6);
    expect(relativeError(dContrasts, contrasts)).toBeLessThan(1e-6);
  },
);

/** Where the reference is zero but for its own rounding, the actual values must be zero but for theirs. */
function expectSame(actual: tf.Tensor, expected: ArrayLike<number>, what: string): void {
  const reference = Float64Array.from(expected, (v) => (Math.abs(v) < 1e-9 ? 0 : v));
  const tolerance = reference.every((v) => v === 0) ? 1e-6 : 1e-5;
  expectClose(actual.dataSync(), reference, { what, tolerance });
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
    weighted(
      { ...inputs, anchors: anchors as tf.Tensor2D, contrasts: contrasts as tf.Tensor2D },
      attributes,
      weights,
    );
  return tf.grads(f)([inputs.anchors, inputs.contrasts]);
}

/** Of a tensor that is both, with all that belongs to it. */
function gradientOfOneSet(
  { anchors, anchorIds, anchorSamples, anchorLabels }: ContrastiveLossInputs,
  attributes: ContrastiveLossAttributes,
  weights: ArrayLike<number>,
): tf.Tensor {
  return tf.grad((x: tf.Tensor) =>
    weighted(
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
      weights,
    ),
  )(anchors);
}

function weighted(
  inputs: ContrastiveLossInputs,
  attributes: ContrastiveLossAttributes,
  weights: ArrayLike<number>,
): tf.Tensor {
  return tf.sum(
    tf.mul(contrastiveLoss(inputs, attributes).perAnchor, tf.tensor1d(Float32Array.from(weights))),
  );
}
