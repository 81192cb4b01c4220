import { cpu, expectClose, expectCloseScalar } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import recipes from "../fixtures/recipes.json" with { type: "json" };
import { supCon, type SupConOptions } from "./index.js";

beforeAll(async () => {
  await cpu().init();
});

test.each(recipes.cases)("$name", ({ name, options, labels, embeddings, loss, gradient }) => {
  tf.tidy(() => {
    const x = tf.tensor3d(embeddings);
    const classes = labels === null ? undefined : tf.tensor1d(labels, "int32");
    const { value, grad } = tf.valueAndGrad(
      (projection: tf.Tensor) =>
        supCon(options as SupConOptions).compute({
          embeddings: { projection: projection as tf.Tensor3D },
          labels: classes,
          weights: {},
          buffers: {},
          step: 0,
          stepsPerEpoch: 1,
          totalSteps: 1,
        }).loss,
    )(x);
    // solo-learn has no 1/|P|: another value, the same gradient.
    const offset = name.startsWith("solo-learn") ? meanLogPositives(labels!, embeddings[0].length) : 0;
    expectCloseScalar(value.dataSync()[0], loss + offset, { what: "loss" });
    expectTangentClose(grad, tf.tensor3d(gradient), x);
  });
});

/** Along the sphere: libraries that normalise themselves have no gradient along the embedding. */
function expectTangentClose(actual: tf.Tensor, expected: tf.Tensor, x: tf.Tensor): void {
  const tangent = (gradient: tf.Tensor) =>
    tf.sub(gradient, tf.mul(x, tf.sum(tf.mul(gradient, x), -1, true))).dataSync();
  expect(tangent(expected).some((v) => Math.abs(v) > 1e-3)).toBe(true);
  expectClose(tangent(actual), tangent(expected), { what: "gradient" });
}

function meanLogPositives(labels: readonly number[], views: number): number {
  const logs = labels.map((label) => Math.log(labels.filter((other) => other === label).length * views - 1));
  return logs.reduce((sum, v) => sum + v, 0) / logs.length;
}
