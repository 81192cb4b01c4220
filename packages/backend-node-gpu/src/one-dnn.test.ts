import * as tf from "@tensorflow/tfjs-core";
import { expectNoLeak } from "@contrastive/testing";
import { afterEach, expect, test, vi } from "vitest";
import { describeOnTensorflow } from "../test/on-tensorflow.js";
import { executeByOneDnn } from "./one-dnn.js";
import type { TensorFlowBackend } from "./tensorflow.js";

afterEach(() => void vi.unstubAllEnvs());

describeOnTensorflow("an operation by oneDNN", () => {
  const attributes = {
    T: "float32",
    strides: [1, 1, 1, 1],
    padding: "VALID",
    data_format: "NHWC",
    dilations: [1, 1, 1, 1],
  } as const;
  const run = (name: string) =>
    tf.tidy(() => {
      const [x, filter] = [tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]), tf.tensor4d([10], [1, 1, 1, 1])];
      return executeByOneDnn(tf.backend() as TensorFlowBackend, name, attributes, [
        x,
        filter,
      ])?.[0].dataSync();
    });

  test("is not there where TensorFlow has none of the name, and leaves nothing behind", async () => {
    await expectNoLeak(() => {
      expect(run("NoSuchOperation")).toBeUndefined();
      expect(run("NoSuchOperation")).toBeUndefined();
    });
  });

  test("is not there where the user has turned oneDNN off", () => {
    const on = run("Conv2D");
    // Builds for processors other than x86 have none.
    if (on !== undefined) expect([...on]).toEqual([10, 20, 30, 40]);
    vi.stubEnv("TF_ENABLE_ONEDNN_OPTS", "0");
    expect(run("Conv2D")).toBeUndefined();
  });
});
