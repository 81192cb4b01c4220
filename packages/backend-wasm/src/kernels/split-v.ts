import * as tf from "@tensorflow/tfjs-core";
import { kernel } from "./kernel.js";

/** Slices that follow one another along the axis. */
export const splitV = kernel<"x", tf.SplitVAttrs>(tf.SplitV, ({ inputs: { x }, attrs }) => {
  const [axis] = tf.util.parseAxisParam(attrs.axis, x.shape);
  const sizes = tf.backend_util.prepareSplitSize(x, attrs.numOrSizeSplits, axis);
  let next = 0;
  return sizes.map((length) => {
    const begin = x.shape.map((_, i) => (i === axis ? next : 0));
    next += length;
    return tf.slice(
      x,
      begin,
      x.shape.map((whole, i) => (i === axis ? length : whole)),
    );
  });
});
