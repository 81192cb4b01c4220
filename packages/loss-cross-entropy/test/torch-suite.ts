import type { Backend } from "@contrastive/core";
import { expectClose, expectCloseScalar } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, test } from "vitest";
import fixture from "../fixtures/torch.json" with { type: "json" };
import { crossEntropy, type CrossEntropyOptions } from "../src/index.js";

const { shape, classes, inputs } = fixture;
const names = ["representation", "weight", "bias"] as const;
const shapes = { representation: shape, weight: [shape[2], classes], bias: [classes] };

/** Registers tests of the loss against values and gradients of torch.nn.CrossEntropyLoss. */
export function torchSuite(backend: Backend): void {
  describe(`torch.nn.CrossEntropyLoss (${backend.name})`, () => {
    beforeAll(async () => void (await backend.init()));

    for (const { options, value: expected, gradients } of fixture.cases) {
      test(JSON.stringify(options), () => {
        tf.tidy(() => {
          const labels =
            options.labels === "soft"
              ? tf.tensor2d(fixture.labels.soft, [shape[0], classes])
              : tf.tensor1d(fixture.labels.index, "int32");
          const { value, grads } = tf.valueAndGrads(
            (representation: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) =>
              crossEntropy(options as CrossEntropyOptions).compute({
                embeddings: { representation: representation as tf.Tensor3D },
                labels,
                weights: { weight, bias },
                buffers: {},
                step: 0,
                stepsPerEpoch: 1,
                totalSteps: 1,
              }).loss,
          )(names.map((name) => tf.tensor(inputs[name], shapes[name])));
          expectCloseScalar(value.dataSync()[0], expected);
          names.forEach((name, i) => expectClose(grads[i].dataSync(), gradients[name], { what: name }));
        });
      });
    }
  });
}
