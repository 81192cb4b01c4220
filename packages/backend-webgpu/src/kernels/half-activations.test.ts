import { batchNormInference, batchNormTraining } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { counting } from "../../test/counting.js";
import { describeOnGpu } from "../../test/gpu.js";
import { asHalf, expectRounded, halfTensor, inMixed, isStoredAsHalves } from "../../test/half.js";
// By path: loops are not public.
import { epsilon, inLoops, momentum, valuesOf } from "../../../testing/src/loops/batch-norm.js";

/** Rows of one workgroup and of several, which are merged; channels of some vectors. */
const cases = [
  { shape: [8, 17, 16, 12], relu: true, adds: true },
  { shape: [33, 4], relu: true, adds: false },
  { shape: [2, 5, 7, 68], relu: false, adds: true },
];

describeOnGpu("activations stored as halves", () => {
  test.each(cases)("batch normalisation of [$shape], relu $relu, residual $adds", async (each) => {
    const { shape, relu, adds } = each;
    const channels = shape[shape.length - 1];
    const given = valuesOf(shape, { relu });
    // Far from zero compared with an error of a half, where a relu is on the same side either way.
    const values = { ...given, x: given.x.map(asHalf), residual: given.residual.map(asHalf) };
    const first = inLoops({ ...values, dy: given.dy.slice() }, channels, relu, adds);
    values.dy.forEach((_, i) => relu && Math.abs(first.y[i]) < 1e-3 && (values.dy[i] = 0));
    values.dy.forEach((value, i) => (values.dy[i] = asHalf(value)));
    const expected = inLoops(values, channels, relu, adds);
    await inMixed(() =>
      expectNoLeak(async () => {
        const buffers = tf.backend().numDataIds();
        const [x, residual, dy] = [values.x, values.residual, values.dy].map((of) => halfTensor(of, shape));
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
        const forward = counting(() => train(...inputs));
        const { y, mean, variance, running: moved } = forward.result;
        const statistics = { mean, variance, ...(adds ? { residual } : {}) };
        const inference = batchNormInference({ x, scale, offset, ...statistics }, { epsilon, relu });
        const both = counting(() => tf.grads((...xs: tf.Tensor[]) => train(...xs).y)(inputs, dy));
        const [dx, dScale, dOffset, dResidual] = both.result;
        // No more than of floats.
        expect([forward.dispatches, both.dispatches - forward.dispatches]).toEqual([3, 3]);
        for (const [what, tensor] of Object.entries({ y, inference, dx, ...(adds && { dResidual }) })) {
          expect(isStoredAsHalves(tensor), what).toBe(true);
          expectRounded(await tensor.data(), expected[what], what);
        }
        const floats = {
          mean,
          variance,
          dScale,
          dOffset,
          ...(moved && { runningMean: moved.mean, runningVariance: moved.variance }),
        };
        for (const [what, tensor] of Object.entries(floats)) {
          expect(isStoredAsHalves(tensor), what).toBe(false);
          expectClose(await tensor.data(), expected[what], { what });
        }
        tf.dispose([inputs, residual, dy, y, inference, both.result, floats, { ...running }]);
        expect(tf.backend().numDataIds()).toBe(buffers);
      }),
    );
  });

  test("sums of them, and of one and of floats", async () => {
    const shape = [3, 5, 12];
    const [a, b] = [seededValues("a", 180).map(asHalf), seededValues("b", 180).map(asHalf)];
    const expected = a.map((value, i) => value + b[i]);
    await inMixed(() =>
      expectNoLeak(async () => {
        const [left, right, floats] = [halfTensor(a, shape), halfTensor(b, shape), tf.tensor(b, shape)];
        const { result, dispatches } = counting(() => [
          tf.add(left, right),
          tf.add(left, floats),
          tf.add(floats, left),
        ]);
        expect(dispatches).toBe(3);
        for (const sum of result) {
          expect(isStoredAsHalves(sum)).toBe(true);
          expectRounded(await sum.data(), expected);
        }
        tf.dispose([left, right, floats, result]);
      }),
    );
  });

  test.each([
    { x: [2, 7, 9, 16], filterSize: [3, 2], strides: [1, 2], pad: "valid" },
    { x: [3, 7, 7, 36], filterSize: [3, 3], strides: [2, 2], pad: 1 },
  ] as const)("pooling, $x", async ({ x: shape, ...attributes }) => {
    // Few values, so that many are the largest.
    const values = seededValues("x", tf.util.sizeFromShape([...shape])).map((u) => Math.round(4 * u) - 9);
    const pool = (x: tf.Tensor) =>
      tf.maxPool(x as tf.Tensor4D, [...attributes.filterSize], [...attributes.strides], attributes.pad);
    const average = (x: tf.Tensor) =>
      tf.avgPool(x as tf.Tensor4D, [...attributes.filterSize], [...attributes.strides], attributes.pad);
    const outputs = (x: tf.Tensor, halves: boolean) =>
      tf.tidy(() => {
        const y = pool(x);
        const dys = seededValues("dy", y.size).map(asHalf);
        const dy = halves ? halfTensor(dys, y.shape) : tf.tensor(dys, y.shape);
        return { y, dx: tf.grad(pool)(x, dy), dxOfMean: tf.grad(average)(x, dy) };
      });
    const wide = tf.tensor(values, [...shape]);
    const expected = outputs(wide, false);
    await inMixed(() =>
      expectNoLeak(async () => {
        const x = halfTensor(values, shape);
        const actual = outputs(x, true);
        for (const what of ["y", "dx", "dxOfMean"] as const) {
          expect(isStoredAsHalves(actual[what]), what).toBe(true);
          expectRounded(await actual[what].data(), await expected[what].data(), what);
        }
        tf.dispose([x, actual]);
      }),
    );
    tf.dispose([wide, expected]);
  });
});
