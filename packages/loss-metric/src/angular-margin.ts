import { stopGradient } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { atTarget } from "./class-scores.js";

/**
 * Logits l cos θ_j of each row and class, but l (λ cos θ_y + ψ(θ_y)) / (1 + λ) at the row's own class, where
 *
 *     ψ(θ) = (−1)^k cos(mθ) − 2k  for θ in [kπ/m, (k+1)π/m]
 *
 * is a cosine of the multiplied angle that does not rise again, but falls by 2 with each half turn.
 *
 * `products` are l cos θ, `[rows, classes]`; `lengths` the l of the rows' own classes, `[rows, 1]`.
 */
export function angularMargin(
  products: tf.Tensor2D,
  target: tf.Tensor2D,
  lengths: tf.Tensor2D,
  { margin, annealing }: { margin: number; annealing: number },
): { logits: tf.Tensor2D; cosine: tf.Tensor2D } {
  const own = atTarget(products, target);
  const cosine = tf.div<tf.Tensor2D>(own, lengths);
  // (λ cos θ + ψ) / (1 + λ) = cos θ + (ψ − cos θ) / (1 + λ).
  const change = tf.div(tf.sub(psi(cosine, margin), cosine), 1 + annealing);
  return { logits: tf.add(products, tf.mul(target, tf.mul(lengths, change))), cosine };
}

function psi(cosine: tf.Tensor2D, margin: number): tf.Tensor {
  // k is constant between its jumps, and ψ has no edge at them.
  const angle = tf.acos(tf.clipByValue(stopGradient(cosine), -1, 1));
  const k = tf.minimum(tf.floor(tf.mul(angle, margin / Math.PI)), margin - 1);
  const sign = tf.cos(tf.mul(k, Math.PI));
  return tf.sub(tf.mul(sign, chebyshev(cosine, margin)), tf.mul(k, 2));
}

/** cos(mθ) as a polynomial in cos θ: its slope is m² at most, where arccos has one without bound. */
function chebyshev(cosine: tf.Tensor2D, margin: number): tf.Tensor2D {
  let [before, last]: tf.Tensor2D[] = [tf.onesLike(cosine), cosine];
  for (let m = 1; m < margin; m++) {
    [before, last] = [last, tf.sub(tf.mul(tf.mul(cosine, 2), last), before)];
  }
  return last;
}
