import { ContrastiveError, type Rng, type Space } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Random vectors `[classes * perClass, dim]`, normal with variance 1 / dim: of length 1 or so. The gradient of a vector of
 * which only the direction counts goes with 1 over its length, and so with the learning rate alone.
 */
export function drawClassVectors(
  who: string,
  rng: Rng,
  given: { space: Space; dim: number | undefined; classes: number; perClass: number },
): tf.Tensor2D {
  const { space, dim, classes, perClass } = given;
  if (dim === undefined) throw new ContrastiveError({ who, what: `init needs the size of the ${space}` });
  if (!(classes >= 2)) {
    throw new ContrastiveError({
      who,
      what: "there must be two classes or more",
      got: classes,
      fix: "Use a dataset with labels",
    });
  }
  const rows = classes * perClass;
  const values = Float32Array.from({ length: rows * dim }, () => rng.normal() / Math.sqrt(dim));
  return tf.tensor2d(values, [rows, dim]);
}
