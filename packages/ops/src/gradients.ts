import * as tf from "@tensorflow/tfjs-core";
import { takeSum } from "./gradient-sum.js";
import { logSoftmaxGradient, softmaxGradient } from "./softmax.js";

/**
 * Registers gradients that do better than tfjs's own, for every backend; call it once tfjs has registered its own.
 *
 * Those of sum and mean multiply by ones of the input's shape, which they fill on the CPU and upload. That of average
 * pooling is wrong at a padded border: it divides by the whole window where the pooling divided by what lies inside.
 * That of softmax takes four kernels, where a backend may have one. That of a convolution's input is added to another in a
 * pass of its own, where a backend may have kernel `Conv2DBackpropInputAdd`.
 */
export function installGradients(): void {
  stockConv2d ??= tf.getGradient(tf.Conv2D);
  const gradients = [
    sumGradient,
    meanGradient,
    avgPoolGradient,
    softmaxGradient,
    logSoftmaxGradient,
    conv2dGradient,
  ];
  for (const gradient of gradients) tf.registerGradient(gradient);
}

let stockConv2d: tf.GradConfig | undefined;

/**
 * Kernel `Conv2DBackpropInputAdd`: inputs and attributes of `Conv2DBackpropInput`, and an input `sum` of the input's shape, in whose
 * storage it may write `sum` plus the gradient where nobody else holds that.
 */
const conv2dGradient: tf.GradConfig = {
  kernelName: tf.Conv2D,
  inputsToSave: ["x", "filter"],
  gradFunc(dy, saved, attrs) {
    const gradients = stockConv2d!.gradFunc(dy, saved, attrs);
    return {
      ...gradients,
      x() {
        const adds = tf.getKernel("Conv2DBackpropInputAdd", tf.getBackend()) != null;
        const sum = adds ? takeSum(tf.Conv2D) : undefined;
        if (sum === undefined) return gradients.x();
        const [{ shape: inputShape }, filter] = saved;
        const { strides, pad, dataFormat } = attrs;
        return tf
          .engine()
          .runKernel(
            "Conv2DBackpropInputAdd",
            { dy: dy as tf.Tensor, filter, sum },
            { strides, pad, dataFormat, inputShape },
          );
      },
    };
  },
};

const sumGradient: tf.GradConfig = {
  kernelName: tf.Sum,
  inputsToSave: ["x"],
  gradFunc: (dy, [x], attrs) => ({ x: () => spread(dy as tf.Tensor, x, axesOf(x, attrs)) }),
};

const meanGradient: tf.GradConfig = {
  kernelName: tf.Mean,
  inputsToSave: ["x"],
  gradFunc: (dy, [x], attrs) => ({
    x: () => {
      const axes = axesOf(x, attrs);
      const count = axes.reduce((product, axis) => product * x.shape[axis], 1);
      return spread(tf.div(dy as tf.Tensor, count), x, axes);
    },
  }),
};

const avgPoolGradient: tf.GradConfig = {
  kernelName: tf.AvgPool,
  inputsToSave: ["x"],
  gradFunc: (dy, [input], attrs) => ({
    x: () => {
      const scaled = tf.mul(dy as tf.Tensor, windowOverInside(input, attrs as unknown as tf.AvgPoolAttrs));
      return tf.engine().runKernel(tf.AvgPoolGrad, { dy: scaled, input }, attrs);
    },
  }),
};

/** Repeats what a reduction over `axes` left, to the shape before it. */
function spread(dy: tf.Tensor, x: tf.Tensor, axes: readonly number[]): tf.Tensor {
  if (x.size === 0) return tf.zerosLike(x);
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return tf.broadcastTo(tf.reshape(dy, kept), x.shape);
}

function axesOf(x: tf.Tensor, attrs: tf.NamedAttrMap): number[] {
  return tf.util.parseAxisParam(attrs.axis as number | number[], x.shape);
}

/** For each output pixel, the size of the window over the number of its pixels inside the image; 1 without padding. */
function windowOverInside(x: tf.Tensor, attrs: tf.AvgPoolAttrs): tf.Tensor {
  const pool = tf.backend_util.computePool2DInfo(
    x.shape as [number, number, number, number],
    attrs.filterSize,
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
  );
  const { top, left, bottom, right } = pool.padInfo;
  if (top + left + bottom + right === 0) return tf.scalar(1);
  const rows = inside(pool.outHeight, pool.strideHeight, pool.filterHeight, top, pool.inHeight);
  const columns = inside(pool.outWidth, pool.strideWidth, pool.filterWidth, left, pool.inWidth);
  const window = pool.filterHeight * pool.filterWidth;
  const ratios = rows.flatMap((height) => columns.map((width) => window / (height * width)));
  return tf.tensor(ratios, [1, pool.outHeight, pool.outWidth, 1]);
}

function inside(outputs: number, stride: number, size: number, pad: number, image: number): number[] {
  return Array.from({ length: outputs }, (_, i) => {
    const begin = i * stride - pad;
    return Math.min(image, begin + size) - Math.max(0, begin);
  });
}
