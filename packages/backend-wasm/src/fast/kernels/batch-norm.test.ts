import * as tf from "@tensorflow/tfjs-core";
import { batchNormInference, batchNormTraining } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../../wasm.js";

const epsilon = 1e-5;

/** A task is 2^15 values: one, one and a bit, several; channels around the width of a vector. */
const shapes = [
  [1, 1],
  [7, 3],
  [3, 5],
  [33, 4],
  [4, 3, 5, 1],
  [2, 3, 3, 6],
  [8, 17, 16, 64],
  [3, 40, 41, 13],
  [130, 515],
];

const ends = [
  { relu: false, adds: false },
  { relu: true, adds: false },
  { relu: false, adds: true },
  { relu: true, adds: true },
];

describe.each([true, false])("batch normalisation, relaxed SIMD %s", (relaxedSimd) => {
  beforeAll(async () => void (await wasm({ relaxedSimd }).init()));

  test.each(shapes.flatMap((shape) => ends.map((end) => ({ shape, ...end }))))(
    "of [$shape], relu $relu, residual $adds",
    async ({ shape, relu, adds }) => {
      const size = shape.reduce((a, b) => a * b);
      const channels = shape[shape.length - 1];
      const values = {
        // Off zero, where a variance by E[x²] − E[x]² would lose digits.
        x: seededValues("x", size).map((u) => u + 5),
        scale: seededValues("scale", channels).map((u) => u + 0.1),
        offset: seededValues("offset", channels),
        residual: seededValues("residual", size),
        dy: seededValues("dy", size),
      };
      const expected = inLoops(values, channels, relu, adds);
      const actual: Record<string, Float32Array> = {};
      await expectNoLeak(() => {
        tf.tidy(() => {
          const x = tf.tensor(values.x, shape);
          const scale = tf.tensor1d(values.scale);
          const offset = tf.tensor1d(values.offset);
          const residual = tf.tensor(values.residual, shape);
          const run = (...[x, scale, offset, residual]: tf.Tensor[]) =>
            batchNormTraining({ x, scale, offset, ...(adds ? { residual } : {}) }, { epsilon, relu });
          const { y, mean, variance } = run(x, scale, offset, residual);
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
      expect(Object.keys(actual).length).toBe(adds ? 8 : 7);
      for (const [what, got] of Object.entries(actual)) {
        expectClose(got, expected[what], { what });
      }
    },
  );
});

type Values = Readonly<Record<"x" | "scale" | "offset" | "residual" | "dy", Float32Array>>;

function inLoops(
  { x, scale, offset, residual, dy }: Values,
  channels: number,
  relu: boolean,
  adds: boolean,
): Record<string, Float64Array> {
  const rows = x.length / channels;
  const [mean, variance, dScale, dOffset] = Array.from({ length: 4 }, () => new Float64Array(channels));
  x.forEach((value, i) => (mean[i % channels] += value / rows));
  x.forEach((value, i) => (variance[i % channels] += (value - mean[i % channels]) ** 2 / rows));
  const normal = Float64Array.from(x, (value, i) => {
    const c = i % channels;
    return (value - mean[c]) / Math.sqrt(variance[c] + epsilon);
  });
  const sum = normal.map(
    (value, i) => value * scale[i % channels] + offset[i % channels] + (adds ? residual[i] : 0),
  );
  // Where the relu's argument is within rounding of zero, either side is right.
  dy.forEach((_, i) => relu && Math.abs(sum[i]) < 1e-4 && (dy[i] = 0));
  const g = sum.map((value, i) => (relu && value <= 0 ? 0 : dy[i]));
  g.forEach((value, i) => {
    dScale[i % channels] += value * normal[i];
    dOffset[i % channels] += value;
  });
  const dx = g.map((value, i) => {
    const c = i % channels;
    const inner = value - dOffset[c] / rows - (normal[i] * dScale[c]) / rows;
    return (scale[c] / Math.sqrt(variance[c] + epsilon)) * inner;
  });
  const y = relu ? sum.map((value) => Math.max(0, value)) : sum;
  return {
    y,
    inference: y,
    mean,
    variance,
    dx,
    dScale,
    dOffset,
    dResidual: g,
  };
}
