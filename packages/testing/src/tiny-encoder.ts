import * as tf from "@tensorflow/tfjs";
import type { Encoder, ImageShape, Rng } from "@contrastive/core";

/** The smallest convolutional encoder without batch statistics: what a test of a trainer or loss can afford. */
export function tinyEncoder({ dim = 6 }: { readonly dim?: number } = {}): Encoder {
  return {
    name: "tiny",
    dim,
    options: { dim },
    source: { module: "@contrastive/testing", export: "tinyEncoder" },
    init: (rng, { channels }: ImageShape) => ({
      weights: {
        "conv.weight": normal(rng.fork("conv"), [3, 3, channels, 4], 0.4),
        "fc.weight": normal(rng.fork("fc"), [4, dim], 0.7),
        "fc.bias": tf.keep(tf.zeros([dim])),
      },
      buffers: {},
    }),
    forward: (weights, images, { buffers }) => ({
      embeddings: tf.tidy(() => {
        const maps = tf.relu(tf.conv2d(images, weights["conv.weight"] as tf.Tensor4D, 2, "same"));
        const pooled = tf.mean<tf.Tensor2D>(maps, [1, 2]);
        return tf.add(tf.matMul(pooled, weights["fc.weight"] as tf.Tensor2D), weights["fc.bias"]);
      }),
      buffers,
    }),
  };
}

function normal(rng: Rng, shape: number[], deviation: number): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.keep(
    tf.tensor(
      Float32Array.from({ length: size }, () => deviation * rng.normal()),
      shape,
    ),
  );
}
