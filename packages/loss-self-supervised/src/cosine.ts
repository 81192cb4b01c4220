import * as tf from "@tensorflow/tfjs-core";
import { sumOfAll } from "./views.js";

/**
 * The mean cosine of a view's prediction to the targets of the sample's other views: over samples and ordered pairs of
 * views. Both are `[batch, views, dim]` of unit length.
 */
export function cosineToOtherViews(predictions: tf.Tensor3D, targets: tf.Tensor3D): tf.Scalar {
  const [batch, views] = targets.shape;
  const others = tf.sub(tf.sum(targets, 1, true), targets);
  return tf.div(sumOfAll(tf.mul(predictions, others)), batch * views * (views - 1));
}
