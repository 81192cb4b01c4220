import { batchNormInference, batchNormTraining } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { counting } from "../../test/counting.js";
import { describeOnGpu } from "../../test/gpu.js";
// By path: float64 loops that the backends' tests have in common.
import {
  ends,
  epsilon,
  inLoops,
  momentum,
  shapes,
  type Values,
  valuesOf,
} from "../../../testing/src/loops/batch-norm.js";

describeOnGpu("batch normalisation", () => {
  test.each(shapes.flatMap((shape) => ends.map((end) => ({ shape, ...end }))))(
    "of [$shape], relu $relu, residual $adds",
    async ({ shape, relu, adds }) => {
      const channels = shape[shape.length - 1];
      const values = valuesOf(shape, { relu });
      const expected = inLoops(values, channels, relu, adds);
      await expectNoLeak(async () => {
        const buffers = tf.backend().numDataIds();
        const first = await run(values, shape, relu, adds);
        expect(first.dispatches).toEqual({ training: 3, inference: 1, gradient: 3 });
        expect(Object.keys(first.outputs).length).toBe(7 + (adds ? 1 : 0) + (values.runningMean ? 2 : 0));
        for (const [what, got] of Object.entries(first.outputs)) expectClose(got, expected[what], { what });
        expect((await run(values, shape, relu, adds)).outputs, "the second time").toEqual(first.outputs);
        expect(tf.backend().numDataIds()).toBe(buffers);
      });
    },
  );

  test("a large mean does not drown a small deviation", async () => {
    // What float32 holds of x is what there is to normalise.
    const x = seededValues("x", 4 * 9 * 9 * 3).map((u) => 1000 + u);
    const [scale, offset] = [new Float32Array(3).fill(1), new Float32Array(3)];
    const values = { x, scale, offset, residual: x, dy: x };
    const expected = inLoops(values, 3, false, false);
    const { outputs } = await run(values, [4, 9, 9, 3], false, false);
    expectClose(outputs.y, expected.y, { tolerance: 1e-4 });
    expectClose(outputs.variance, expected.variance);
  });

  test("NaN stays in its channel, and a relu lets it through", async () => {
    const x = seededValues("x", 9 * 5);
    x[7] = Number.NaN;
    const [scale, offset] = [new Float32Array(5).fill(1), new Float32Array(5)];
    const { outputs } = await run({ x, scale, offset, residual: x, dy: x }, [9, 5], true, false);
    for (const [name, values] of Object.entries(outputs)) {
      // That of the offset is the sum of dy where y > 0, which NaN is not.
      if (name === "dOffset" || name === "inference") continue;
      const columns = [...values].map((value, i) => Number.isNaN(value) === (i % 5 === 2));
      expect(columns, name).toEqual(Array(values.length).fill(true));
    }
  });

  test("of no rows and of no channels", async () => {
    for (const shape of [
      [0, 4],
      [3, 0],
    ] as const) {
      const nothing = new Float32Array(0);
      const ofChannels = new Float32Array(shape[1]).fill(1);
      const values = { x: nothing, scale: ofChannels, offset: ofChannels, residual: nothing, dy: nothing };
      const { outputs } = await run(values, [...shape], true, true);
      expect([...outputs.mean]).toEqual(Array(shape[1]).fill(Number.NaN));
      expect([...outputs.dScale]).toEqual(Array(shape[1]).fill(0));
      expect(outputs.y.length + outputs.dx.length + outputs.inference.length).toBe(0);
    }
  });
});

async function run(values: Values, shape: number[], relu: boolean, adds: boolean) {
  const { runningMean, runningVariance } = values;
  const running =
    runningMean && runningVariance
      ? { mean: tf.tensor1d(runningMean), variance: tf.tensor1d(runningVariance) }
      : undefined;
  const x = tf.tensor(values.x, shape);
  const scale = tf.tensor1d(values.scale);
  const offset = tf.tensor1d(values.offset);
  const residual = tf.tensor(values.residual, shape);
  const dy = tf.tensor(values.dy, shape);
  const train = (...[x, scale, offset, residual]: tf.Tensor[]) =>
    batchNormTraining(
      { x, scale, offset, running, ...(adds ? { residual } : {}) },
      { epsilon, relu, momentum },
    );
  const inputs = adds ? [x, scale, offset, residual] : [x, scale, offset];
  const forward = counting(() => train(...inputs));
  const { y, mean, variance, running: moved } = forward.result;
  const statistics = { mean, variance, ...(adds ? { residual } : {}) };
  const infer = counting(() => batchNormInference({ x, scale, offset, ...statistics }, { epsilon, relu }));
  const both = counting(() => tf.grads((...xs: tf.Tensor[]) => train(...xs).y)(inputs, dy));
  const [dx, dScale, dOffset, dResidual] = both.result;
  const tensors: Record<string, tf.Tensor> = {
    y,
    mean,
    variance,
    ...(moved && { runningMean: moved.mean, runningVariance: moved.variance }),
    inference: infer.result,
    dx,
    dScale,
    dOffset,
    ...(adds ? { dResidual } : {}),
  };
  const outputs: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(tensors)) outputs[name] = await tensor.data<"float32">();
  tf.dispose([tensors, x, scale, offset, residual, dy, { ...running }]);
  const dispatches = {
    training: forward.dispatches,
    inference: infer.dispatches,
    gradient: both.dispatches - forward.dispatches,
  };
  return { outputs, dispatches };
}
