import * as tf from "@tensorflow/tfjs-core";

/**
 * How the samples of a batch are mixed, each with the one before it and the first with the last; nothing random is left.
 *
 * `share` is what part of the result is the sample's own; the rest is its partner's.
 */
export type Mixture =
  /** A weighted mean of both in every pixel. */
  | { readonly op: "blend"; readonly share: number }
  /** The partner's pixels in a box, the sample's own elsewhere: of `share` of the pixels. */
  | {
      readonly op: "paste";
      readonly share: number;
      readonly top: number;
      readonly left: number;
      readonly height: number;
      readonly width: number;
    };

/**
 * Images `[samples * views, height, width, channels]`, sample-major, mixed: each view of a sample with the same view of its partner.
 *
 * What is pasted has its own bits. The caller owns the result.
 */
export function mixImages(images: tf.Tensor4D, mixture: Mixture, views: number): tf.Tensor4D {
  return tf.tidy(() => {
    const [rows, height, width] = images.shape;
    const partners = tf.concat([
      tf.slice(images, rows - views, views),
      tf.slice(images, 0, rows - views),
    ]) as tf.Tensor4D;
    const own = ownShares(mixture, height, width);
    return tf.add(tf.mul(images, own), tf.mul(partners, tf.sub(1, own)));
  });
}

/** In every pixel, or one number for all of them. */
function ownShares(mixture: Mixture, height: number, width: number): tf.Tensor {
  if (mixture.op === "blend") return tf.scalar(mixture.share);
  const shares = new Float32Array(height * width).fill(1);
  for (let y = mixture.top; y < mixture.top + mixture.height; y++) {
    shares.fill(0, y * width + mixture.left, y * width + mixture.left + mixture.width);
  }
  return tf.tensor4d(shares, [1, height, width, 1]);
}
