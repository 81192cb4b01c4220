import * as tf from "@tensorflow/tfjs-core";
import { kernel } from "./kernel.js";

/** Slices, one for each index along the axis. */
export const unpack = kernel<"value", tf.UnpackAttrs>(tf.Unpack, ({ inputs: { value }, attrs }) => {
  const [axis] = tf.util.parseAxisParam(attrs.axis, value.shape);
  const shape = value.shape.filter((_, i) => i !== axis);
  const size = value.shape.map((length, i) => (i === axis ? 1 : length));
  return Array.from({ length: value.shape[axis] }, (_, index) => {
    const begin = value.shape.map((_, i) => (i === axis ? index : 0));
    return tf.tidy(() => tf.reshape(tf.slice(value, begin, size), shape));
  });
});
