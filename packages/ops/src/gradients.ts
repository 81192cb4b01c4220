import * as tf from "@tensorflow/tfjs-core";

/**
 * Registers gradients that do better than tfjs's own, for every backend; call it once tfjs has registered its own.
 *
 * Those of sum and mean multiply by ones of the input's shape, which they fill on the CPU and upload.
 */
export function installGradients(): void {
  tf.registerGradient(sumGradient);
  tf.registerGradient(meanGradient);
}

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

/** Repeats what a reduction over `axes` left, to the shape before it. */
function spread(dy: tf.Tensor, x: tf.Tensor, axes: readonly number[]): tf.Tensor {
  if (x.size === 0) return tf.zerosLike(x);
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return tf.broadcastTo(tf.reshape(dy, kept), x.shape);
}

function axesOf(x: tf.Tensor, attrs: tf.NamedAttrMap): number[] {
  return tf.util.parseAxisParam(attrs.axis as number | number[], x.shape);
}
