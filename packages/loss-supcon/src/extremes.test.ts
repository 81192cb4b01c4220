import { cpu } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
// By path: losses stand beside backends, and neither names the other.
import { wasm } from "../../backend-wasm/src/wasm.js";
// By path: batches that go wrong are what the conformance suite is made of, and not public.
import { degenerate, randomBatch } from "../../testing/src/loss-batch.js";
import { supCon } from "./index.js";

const batches = (views: number) => ({
  ...degenerate(randomBatch([6, views, 5], 3, 11)),
  "one sample": randomBatch([1, views, 5], 3, 11),
  "two samples of two classes": { ...randomBatch([2, views, 5], 2, 11), labels: [0, 1] },
});

const variants = [0.005, 0.02, 0.1, 1, 10].flatMap((temperature) =>
  (["outside", "inside"] as const).flatMap((summation) =>
    (["all", "one-positive", "only-negatives"] as const).map((denominator) => ({
      temperature,
      summation,
      denominator,
    })),
  ),
);

describe.each([cpu(), wasm()])("on $name", (backend) => {
  beforeAll(async () => void (await backend.init()));

  describe.each([1, 2])("%d views", (views) => {
    test.each(variants)("τ = $temperature, $summation, $denominator: finite", (options) => {
      for (const [name, { embeddings, shape, labels }] of Object.entries(batches(views))) {
        for (const labelled of [true, false]) {
          tf.tidy(() => {
            const x = tf.tensor3d(embeddings, [...shape]);
            const classes = labelled ? tf.tensor1d([...labels], "int32") : undefined;
            const { value, grad } = tf.valueAndGrad(
              (projection: tf.Tensor) =>
                supCon(options).compute({
                  embeddings: { projection: projection as tf.Tensor3D },
                  labels: classes,
                  weights: {},
                  buffers: {},
                  step: 0,
                  stepsPerEpoch: 1,
                  totalSteps: 1,
                }).loss,
            )(x);
            const numbers = [...value.dataSync(), ...grad.dataSync()];
            expect(numbers.every(Number.isFinite), `${name}, ${labelled ? "with" : "without"} labels`).toBe(
              true,
            );
          });
        }
      }
    });
  });
});
