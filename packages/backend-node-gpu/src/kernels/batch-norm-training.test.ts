import { batchNormTraining } from "@contrastive/ops";
import { expectClose, expectNoLeak } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { describeOnTensorflow } from "../../test/on-tensorflow.js";
// By path: float64 loops that the backends' tests have in common.
import { ends, epsilon, inLoops, momentum, shapes, valuesOf } from "../../../testing/src/loops/batch-norm.js";

describeOnTensorflow("batch normalisation", () => {
  test.each(shapes.flatMap((shape) => ends.map((end) => ({ shape, ...end }))))(
    "of [$shape], relu $relu, residual $adds",
    async ({ shape, relu, adds }) => {
      const channels = shape[shape.length - 1];
      const values = valuesOf(shape, { relu });
      const expected = inLoops(values, channels, relu, adds);
      await expectNoLeak(async () => {
        const [x, residual, dy] = [values.x, values.residual, values.dy].map((of) => tf.tensor(of, shape));
        const [scale, offset] = [tf.tensor1d(values.scale), tf.tensor1d(values.offset)];
        const running =
          values.runningMean && values.runningVariance
            ? { mean: tf.tensor1d(values.runningMean), variance: tf.tensor1d(values.runningVariance) }
            : undefined;
        const train = (...[x, scale, offset, residual]: tf.Tensor[]) =>
          batchNormTraining(
            { x, scale, offset, running, ...(adds ? { residual } : {}) },
            { epsilon, relu, momentum },
          );
        const inputs = adds ? [x, scale, offset, residual] : [x, scale, offset];
        const { y, mean, variance, running: moved } = train(...inputs);
        const [dx, dScale, dOffset, dResidual] = tf.grads((...xs: tf.Tensor[]) => train(...xs).y)(inputs, dy);
        const outputs = {
          y,
          mean,
          variance,
          dx,
          dScale,
          dOffset,
          ...(adds && { dResidual }),
          ...(moved && { runningMean: moved.mean, runningVariance: moved.variance }),
        };
        for (const [what, tensor] of Object.entries(outputs)) {
          expectClose(await tensor.data(), expected[what], { what });
        }
        expect(Object.keys(outputs).length).toBe(6 + (adds ? 1 : 0) + (running ? 2 : 0));
        tf.dispose([x, residual, dy, scale, offset, outputs, { ...running }]);
      });
    },
  );
});
