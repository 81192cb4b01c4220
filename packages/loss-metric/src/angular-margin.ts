import * as tf from "@tensorflow/tfjs-core";
import { withSlope } from "./with-slope.js";

/**
 * What a margin adds to the logit |w||x| cos θ of a row's own class: |w||x| ((λ cos θ + ψ(θ)) / (1 + λ) − cos θ), where
 *
 *     ψ(θ) = (−1)^k cos(mθ) − 2k  for θ in [kπ/m, (k+1)π/m]
 *
 * is a cosine of the multiplied angle that does not rise again, but falls by 2 with each half turn.
 *
 * Cosines are `[rows, 1]`; the lengths |w||x| too, or one for all.
 */
export function angularMargin(
  cosine: tf.Tensor2D,
  lengths: tf.Tensor,
  { margin, annealing }: { margin: number; annealing: number },
): tf.Tensor2D {
  // (λ cos θ + ψ) / (1 + λ) − cos θ = (ψ − cos θ) / (1 + λ)
  return tf.mul(tf.sub(psi(cosine, margin), cosine), tf.div(lengths, 1 + annealing));
}

function psi(cosine: tf.Tensor2D, margin: number): tf.Tensor {
  return withSlope(cosine, (c) => {
    const k = tf.floor(tf.mul(tf.acos(tf.clipByValue(c, -1, 1)), margin / Math.PI));
    const sign = tf.cos(tf.mul(k, Math.PI));
    // Chebyshev's polynomials of the second kind: cos(mθ) = U_m − cos θ U_{m−1}, and its slope is m U_{m−1}, m² at most.
    const twice = tf.mul(c, 2);
    let [before, last]: tf.Tensor[] = [tf.zerosLike(c), tf.onesLike(c)];
    for (let m = 0; m < margin; m++) [before, last] = [last, tf.sub(tf.mul(twice, last), before)];
    return {
      value: tf.sub(tf.mul(sign, tf.sub(last, tf.mul(c, before))), tf.mul(k, 2)),
      slope: tf.mul(sign, tf.mul(before, margin)),
    };
  });
}
