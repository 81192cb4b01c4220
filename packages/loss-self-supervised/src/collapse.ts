import { batchNormTraining } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { sumOfAll, viewsAsColumns } from "./views.js";

/**
 * What tells whether embeddings have become one: of constants `[batch, views, dim]` of unit length.
 *
 * `spread`: the standard deviation over the batch, averaged over axes and views, times √dim: near 1 where they point in all
 * directions, 0 where they have collapsed (Chen and He 2020, section 4.1, arXiv 2011.10566). `positiveCosine`: the mean
 * cosine between views of a sample.
 */
export function collapse(unit: tf.Tensor3D): { spread: tf.Scalar; positiveCosine: tf.Scalar } {
  const [batch, views, dim] = unit.shape;
  const deviation = tf.sqrt(tf.mul(varianceOfRows(viewsAsColumns(unit)), batch / (batch - 1)));
  // ‖Σ_v u_v‖² has the cosines of all ordered pairs of views, and a square for each view.
  const [ofSums, ofEach] = [tf.sum(unit, 1), unit].map((x) => sumOfAll(tf.square(x)));
  return {
    spread: tf.mul(tf.mean(deviation), Math.sqrt(dim)),
    positiveCosine: tf.div(tf.sub(ofSums, ofEach), batch * views * (views - 1)),
  };
}

/** `[columns]`, biased: what batch normalisation finds out in two passes. */
function varianceOfRows(x: tf.Tensor2D): tf.Tensor1D {
  const columns = x.shape[1];
  return batchNormTraining({ x, scale: tf.ones([columns]), offset: tf.zeros([columns]) }, { epsilon: 1 })
    .variance;
}
