import { softmaxCrossEntropy } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import type { OpCase } from "./case.js";

const shape = [2, 3, 4, 5];
const indices = (...values: number[]) => tf.tensor1d(values, "int32");

/** Ops that encoders and losses use, compared with tfjs's plain JavaScript backend. */
export const plainCases: readonly OpCase[] = [
  unary("abs", tf.abs),
  unary("exp", tf.exp),
  unary("neg", tf.neg),
  unary("square", tf.square),
  unary("relu", tf.relu),
  unary("relu6", tf.relu6),
  unary("leakyRelu", (x) => tf.leakyRelu(x, 0.1)),
  unary("elu", tf.elu),
  unary("selu", tf.selu),
  unary("sigmoid", tf.sigmoid),
  unary("softplus", tf.softplus),
  unary("tanh", tf.tanh),
  unary("erf", tf.erf),
  unary("step", tf.step),
  unary("clipByValue", (x) => tf.clipByValue(x, -0.3, 0.4)),
  unary("pow 3", (x) => tf.pow(x, 3)),
  positive("log", tf.log),
  positive("log1p", tf.log1p),
  positive("sqrt", tf.sqrt),
  positive("rsqrt", tf.rsqrt),
  positive("reciprocal", tf.reciprocal),
  ...[shape, [5], [1, 4, 1], [2, 1, 1, 5]].flatMap((other) => [
    binary("add", other, tf.add),
    binary("sub", other, tf.sub),
    binary("mul", other, tf.mul),
    { ...binary("div", other, tf.div), range: [0.5, 1.5] as const },
  ]),
  binary("maximum", shape, tf.maximum),
  binary("minimum", shape, tf.minimum),
  binary("squaredDifference", shape, tf.squaredDifference),
  binary("where", shape, (x, y) => tf.where(tf.greater(tf.range(0, 5), 2), x, y)),
  binary("addN", shape, (x, y) => tf.addN([x, y, x])),
  binary("concat", shape, (x, y) => tf.concat([x, y], 1)),
  binary("stack", shape, (x, y) => tf.stack([x, y], 2)),
  unary("reshape", (x) => tf.reshape(x, [6, 20])),
  unary("transpose", (x) => tf.transpose(x, [2, 0, 3, 1])),
  unary("slice", (x) => tf.slice(x, [0, 1, 1, 2], [2, 2, 2, 2])),
  unary("pad", (x) =>
    tf.pad(x, [
      [0, 0],
      [1, 2],
      [0, 1],
      [0, 0],
    ]),
  ),
  unary("split", (x) => tf.split(x, 2, 2)[1]),
  unary("unstack", (x) => tf.unstack(x, 1)[2]),
  unary("reverse", (x) => tf.reverse(x, [1])),
  unary("cumsum", (x) => tf.cumsum(x, 3)),
  unary("tile", (x) => tf.tile(x, [1, 2, 1, 3])),
  { name: "tile [7] by 3", inputs: [[7]], compute: (x) => tf.tile(x, [3]) },
  { name: "broadcastTo", inputs: [[2, 1, 1, 5]], compute: (x) => tf.broadcastTo(x, shape) },
  { name: "broadcastTo of one channel", inputs: [[1, 3, 4, 1]], compute: (x) => tf.broadcastTo(x, shape) },
  { name: "gather, an index twice", inputs: [[4, 3]], compute: (x) => tf.gather(x, indices(2, 0, 2, 3, 2)) },
  unary("gather along axis 2", (x) => tf.gather(x, indices(1, 0, 1, 3), 2)),
  {
    name: "unsortedSegmentSum, a segment empty",
    inputs: [[5, 2, 3]],
    compute: (x) => tf.unsortedSegmentSum(x, indices(2, 0, 2, 2, 3), 5),
  },
  {
    name: "matMul with itself",
    inputs: [[6, 4]],
    compute: (x) => tf.matMul(x, x, false, true),
  },
  {
    name: "cross-entropy",
    inputs: [[4, 6]],
    compute: (x) => tf.mean(tf.neg(tf.sum(tf.mul(tf.oneHot(indices(1, 0, 5, 5), 6), tf.logSoftmax(x)), 1))),
  },
  {
    name: "cross-entropy with shares of classes",
    inputs: [[4, 6]],
    compute: (x) =>
      softmaxCrossEntropy(
        x as tf.Tensor2D,
        // Of one class, of two, of none, and more than a whole.
        tf.tensor2d([1, 0, 0, 0, 0, 0, 0, 0.3, 0, 0, 0.7, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1], [4, 6]),
      ),
  },
  {
    name: "layer norm",
    inputs: [[3, 7], [7], [7]],
    compute: (x, scale, shift) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5))), scale), shift);
    },
  },
  {
    name: "batch norm, convolution and pooling in a row",
    inputs: [[4, 8, 8, 3], [3, 3, 3, 4], [4], [4]],
    compute: (images, filter, scale, shift) => {
      const y = tf.conv2d(images as tf.Tensor4D, filter as tf.Tensor4D, 2, "same");
      const { mean, variance } = tf.moments(y, [0, 1, 2]);
      const normal = tf.mul(tf.sub(y, mean), tf.rsqrt(tf.add(variance, 1e-3)));
      return tf.mean(tf.relu(tf.add(tf.mul(normal, scale), shift)), [1, 2]);
    },
  },
];

function unary(name: string, compute: (x: tf.Tensor) => tf.Tensor): OpCase {
  return { name, inputs: [shape], compute };
}

function positive(name: string, compute: (x: tf.Tensor) => tf.Tensor): OpCase {
  return { ...unary(name, compute), range: [0.3, 2] };
}

function binary(
  name: string,
  other: readonly number[],
  compute: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor,
): OpCase {
  return { name: `${name} [${shape}], [${other}]`, inputs: [shape, other], compute };
}
