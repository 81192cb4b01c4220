import * as tf from "@tensorflow/tfjs-core";
import { defineOp } from "./op.js";

/**
 * Scales each row of `x` `[n, d]` to Euclidean length 1; a zero row stays zero, and gets a zero gradient.
 *
 * Kernels: `L2Normalize` (`x` → `[n, d]`) and `L2NormalizeGrad` (`x`, `dy` → dx). A row counts as zero if none of
 * its elements reaches 2^-126, the least normal float32: some devices flush smaller ones anyway.
 */
export function l2Normalize(x: tf.Tensor2D): tf.Tensor2D {
  return normalize({ x }, {})[0] as tf.Tensor2D;
}

/** As `l2Normalize`, each view of each sample, `[batch, views, dim]`. */
export function l2NormalizeViews(x: tf.Tensor3D): tf.Tensor3D {
  const [batch, views, dim] = x.shape;
  return tf.reshape(l2Normalize(tf.reshape(x, [batch * views, dim])), x.shape);
}

const LEAST_NORMAL = 2 ** -126;

const normalize = defineOp<{ x: tf.Tensor }, object>({
  name: "L2Normalize",
  reference: ({ x }) => [split(x).unit],
  gradient: {
    saveInputs: ["x"],
    backward: ([dy], [x]) => ({ x: normalizeGrad({ x, dy }, {})[0] }),
  },
});

const normalizeGrad = defineOp<{ x: tf.Tensor; dy: tf.Tensor }, object>({
  name: "L2NormalizeGrad",
  reference: ({ x, dy }) => {
    const { unit, scale, scaledLength, isZero } = split(x);
    const along = tf.mul(unit, tf.sum(tf.mul(unit, dy), -1, true));
    const tangent = tf.div(tf.div(tf.sub(dy, along), scaledLength), scale);
    return [tf.where(isZero, tf.zerosLike(x), tangent)];
  },
});

/** `x = unit * scaledLength * scale`, by row; the squares of elements scaled to at most 1 neither overflow nor vanish. */
function split(x: tf.Tensor) {
  const largest = tf.max(tf.abs(x), -1, true);
  const isZero = tf.less(largest, LEAST_NORMAL);
  const scale = tf.where(isZero, tf.onesLike(largest), largest);
  const scaled = tf.where(isZero, tf.zerosLike(x), tf.div(x, scale));
  // A row that isn't zero has an element of size 1, so 1 stands in for the length of zero rows only.
  const scaledLength = tf.maximum(tf.sqrt(tf.sum(tf.square(scaled), -1, true)), 1);
  return { unit: tf.div(scaled, scaledLength), scale, scaledLength, isZero };
}
