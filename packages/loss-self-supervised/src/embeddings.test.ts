import type { Loss } from "@contrastive/core";
import { createRng } from "@contrastive/core";
import { cpu } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { compute } from "../test/evaluate.js";
import { plugins } from "./index.js";

beforeAll(async () => void (await cpu().init()));

describe.each(Object.entries<() => Loss>(plugins.loss))("%s", (name, factory) => {
  test.each([
    ["one view", [4, 1, 3], "embeddings.projection must have two views or more, got [4,1,3]"],
    [
      "one sample",
      [1, 2, 3],
      "takes statistics of the batch, which must have two samples or more, got [1,2,3]",
    ],
  ] as const)("refuses %s", (_what, shape, message) => {
    tf.tidy(() => {
      const projection = tf.ones([...shape]);
      expect(() => compute(factory(), { embeddings: { projection } })).toThrow(`loss "${name}": ${message}`);
    });
  });

  test("says that it needs the projection", () => {
    expect(() => compute(factory(), { embeddings: {} })).toThrow(
      `loss "${name}": compute needs embeddings.projection`,
    );
  });
});

test.each(["simsiam", "byol"] as const)("%s says that init needs the size of the projection", (name) => {
  expect(() => plugins.loss[name]().init!(createRng(1), { representation: 4 }, 0)).toThrow(
    `loss "${name}": init needs the size of the projection`,
  );
});
