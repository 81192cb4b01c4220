import * as tf from "@tensorflow/tfjs-core";
import type { Params } from "@contrastive/core";
import { batchNorm, type Pass } from "./batch-norm.js";
import type { Block, Layer, Plan, Shortcut } from "./plan.js";
import { take } from "./take.js";

/** Images `[batch, height, width, channels]` to the mean of the last block's pixels, `[batch, dim]`. */
export function runResNet(
  plan: Plan,
  images: tf.Tensor4D,
  pass: Pass,
): { embeddings: tf.Tensor2D; buffers: Params } {
  return tf.tidy(() => {
    const buffers: Record<string, tf.Tensor> = { ...pass.context.buffers };
    let x = images;
    for (const part of [runStem, ...plan.blocks.map(runBlock)]) {
      // Where no gradient is wanted, a block's activations are freed as soon as it ends. Where one is, tfjs keeps
      // clones of what it needs.
      const from = x;
      const next = tf.tidy(() => part(from, plan, pass));
      if (from !== images) from.dispose();
      Object.assign(buffers, next.buffers);
      x = next.y;
    }
    const embeddings = tf.mean<tf.Tensor2D>(x, [1, 2]);
    return { embeddings, buffers: pass.context.training ? buffers : pass.context.buffers };
  });
}

// A type, for `tf.tidy` takes no interface.
type Activation = { y: tf.Tensor4D; buffers: Params };

type Part = (x: tf.Tensor4D, plan: Plan, pass: Pass) => Activation;

function runStem(x: tf.Tensor4D, { stem, maxPool }: Plan, pass: Pass): Activation {
  const { y, buffers } = runLayer(stem, x, { relu: true }, pass);
  return { y: maxPool ? tf.maxPool(y, 3, 2, 1) : y, buffers };
}

function runBlock({ layers, shortcut }: Block): Part {
  return (x, _, pass) => {
    const first = runShortcut(shortcut, x, pass);
    const buffers = { ...first.buffers };
    let y = x;
    layers.forEach((layer, i) => {
      const residual = i === layers.length - 1 ? first.y : undefined;
      const next = runLayer(layer, y, { relu: true, residual }, pass);
      Object.assign(buffers, next.buffers);
      y = next.y;
    });
    return { y, buffers };
  };
}

function runShortcut(shortcut: Shortcut, x: tf.Tensor4D, pass: Pass): Activation {
  switch (shortcut.kind) {
    case "identity":
      return { y: x, buffers: {} };
    case "projection":
      return runLayer(shortcut.layer, x, { relu: false }, pass);
    case "padded-identity": {
      const { inputs, outputs, stride } = shortcut;
      const before = Math.floor((outputs - inputs) / 2);
      // A convolution, for a strided slice has no gradient in tfjs.
      // Not tf.eye, which is filled on the CPU at every step.
      const identity = tf.cast(tf.oneHot(tf.range(0, inputs, 1, "int32"), inputs), "float32");
      const filter = tf.pad(identity, [
        [0, 0],
        [before, outputs - inputs - before],
      ]);
      return { y: tf.conv2d(x, tf.reshape(filter, [1, 1, inputs, outputs]), stride, 0), buffers: {} };
    }
  }
}

function runLayer(
  { convolution, norm, kernel, stride }: Layer,
  x: tf.Tensor4D,
  after: { relu: boolean; residual?: tf.Tensor4D },
  pass: Pass,
): Activation {
  const filter = take(pass.weights, `${convolution}.weight`, pass.who) as tf.Tensor4D;
  // As many pixels on each side as torch pads; tfjs's "same" is lopsided where the stride is 2.
  return batchNorm(norm, tf.conv2d(x, filter, stride, (kernel - 1) / 2), after, pass);
}
