import { stopGradient } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { cosineToOtherViews, unitLength } from "./cosine.js";
import { viewsAsColumns } from "./views.js";

/**
 * What tells whether all embeddings `[batch, views, dim]` have become one.
 *
 * `spread`: the standard deviation over the batch of embeddings scaled to unit length, averaged over axes and views, times
 * √dim: near 1 where they point in all directions, 0 where they have collapsed (Chen and He 2020, section 4.1, arXiv
 * 2011.10566). `positiveCosine`: the mean cosine between views of a sample.
 */
export function collapse(embeddings: tf.Tensor3D): { spread: tf.Scalar; positiveCosine: tf.Scalar } {
  const [batch, , dim] = embeddings.shape;
  const unit = unitLength(stopGradient(embeddings));
  const columns = viewsAsColumns(unit);
  const centred = tf.sub(columns, tf.mean(columns, 0));
  const deviation = tf.sqrt(tf.div(tf.sum(tf.square(centred), 0), batch - 1));
  return {
    spread: tf.mul(tf.mean(deviation), Math.sqrt(dim)),
    positiveCosine: cosineToOtherViews(unit, unit),
  };
}
