import * as tf from "@tensorflow/tfjs";
import type { GradientTransform } from "@contrastive/core";
import { cpu, optimizerConformance } from "@contrastive/testing";
import { beforeAll, expect, it } from "vitest";
import { adam } from "./index.js";

// What the README shows, kept true.

beforeAll(async () => void (await cpu().init()));

it("minimises by itself", async () => {
  const optimizer = adam({ learningRate: 0.1 });
  let weights = { x: tf.scalar(5) as tf.Tensor };
  let state = optimizer.init(weights);
  for (let step = 0; step < 100; step++) {
    const gradients = { x: tf.grad((x) => tf.square(tf.sub(x, 2)).asScalar())(weights.x) };
    const result = optimizer.update(gradients, state, { step, stepsPerEpoch: 100, totalSteps: 100, weights });
    weights = { x: tf.add(weights.x, result.updates.x) };
    state = result.state;
  }
  expect((await weights.x.data())[0]).toBeCloseTo(2, 1);
});

function sign(): GradientTransform {
  return {
    name: "sign",
    options: {},
    init: () => ({}),
    update(gradients) {
      const signs = Object.entries(gradients).map(([name, gradient]) => [name, tf.sign(gradient)]);
      tf.dispose(Object.values(gradients));
      return { updates: Object.fromEntries(signs), state: {} };
    },
  };
}

optimizerConformance("sign", sign);
