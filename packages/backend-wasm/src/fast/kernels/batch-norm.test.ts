import * as tf from "@tensorflow/tfjs-core";
import { batchNormInference, batchNormTraining } from "@contrastive/ops";
import { expectClose, expectNoLeak } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
// By path: float64 loops that the backends' tests have in common.
import {
  ends,
  epsilon,
  inLoops,
  momentum,
  shapes,
  valuesOf,
} from "../../../../testing/src/loops/batch-norm.js";
import { wasm } from "../../wasm.js";

describe.each([true, false])("batch normalisation, relaxed SIMD %s", (relaxedSimd) => {
  beforeAll(async () => void (await wasm({ relaxedSimd }).init()));

  test.each(shapes.flatMap((shape) => ends.map((end) => ({ shape, ...end }))))(
    "of [$shape], relu $relu, residual $adds",
    async ({ shape, relu, adds }) => {
      const channels = shape[shape.length - 1];
      const values = valuesOf(shape, { relu });
      const { runningMean, runningVariance } = values;
      const expected = inLoops(values, channels, relu, adds);
      const actual: Record<string, Float32Array> = {};
      await expectNoLeak(() => {
        tf.tidy(() => {
          const x = tf.tensor(values.x, shape);
          const scale = tf.tensor1d(values.scale);
          const offset = tf.tensor1d(values.offset);
          const residual = tf.tensor(values.residual, shape);
          const running =
            runningMean && runningVariance
              ? { mean: tf.tensor1d(runningMean), variance: tf.tensor1d(runningVariance) }
              : undefined;
          const run = (...[x, scale, offset, residual]: tf.Tensor[]) =>
            batchNormTraining(
              { x, scale, offset, running, ...(adds ? { residual } : {}) },
              { epsilon, relu, momentum },
            );
          const { y, mean, variance, running: moved } = run(x, scale, offset, residual);
          if (moved !== undefined) {
            actual.runningMean = moved.mean.dataSync<"float32">();
            actual.runningVariance = moved.variance.dataSync<"float32">();
          }
          const statistics = { mean, variance, ...(adds ? { residual } : {}) };
          const inference = batchNormInference({ x, scale, offset, ...statistics }, { epsilon, relu });
          actual.inference = inference.dataSync<"float32">();
          const inputs = adds ? [x, scale, offset, residual] : [x, scale, offset];
          const gradients = tf.grads((...xs: tf.Tensor[]) => run(...xs).y)(
            inputs,
            tf.tensor(values.dy, shape),
          );
          const names = ["dx", "dScale", "dOffset", "dResidual"];
          for (const [i, name] of ["y", "mean", "variance"].entries()) {
            actual[name] = [y, mean, variance][i].dataSync<"float32">();
          }
          for (const [i, gradient] of gradients.entries()) actual[names[i]] = gradient.dataSync<"float32">();
        });
      });
      expect(Object.keys(actual).length).toBe(7 + (adds ? 1 : 0) + (runningMean ? 2 : 0));
      for (const [what, got] of Object.entries(actual)) {
        expectClose(got, expected[what], { what });
      }
    },
  );
});
