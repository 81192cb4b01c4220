import * as tf from "@tensorflow/tfjs-core";
import type { Geometry } from "../convolution/geometry.js";

/** Calls `use` with x that has every channel as often as a depthwise filter has weights for it. */
export function withSpreadChannels<Result>(
  x: tf.Tensor,
  { inShape, inChannels, outChannels }: Geometry,
  use: (x: tf.TensorInfo) => Result,
): Result {
  if (outChannels === inChannels) return use(x);
  const spread = tf.tidy(() =>
    tf.tile(tf.reshape(x, [...inShape, 1]), [1, 1, 1, 1, outChannels / inChannels]),
  );
  const result = use(spread);
  spread.dispose();
  return result;
}
