import type { Params, Rng, Space } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import { complaint } from "./complaint.js";

/** `weight` `[dim, classes]` and `bias` `[classes]`, uniform up to 1/√dim as torch.nn.Linear draws them. */
export function initialiseClassifier(rng: Rng, dim: number | undefined, on: Space, classes: number): Params {
  if (dim === undefined) throw complaint({ what: `init needs the size of the ${on}` });
  if (!(classes >= 2)) {
    throw complaint({
      what: "a classifier needs two classes or more",
      got: classes,
      fix: "Use a dataset with labels",
    });
  }
  const bound = 1 / Math.sqrt(dim);
  const uniform = (name: string, shape: number[]) => {
    const stream = rng.fork(name);
    const values = Float32Array.from(
      { length: tf.util.sizeFromShape(shape) },
      () => (2 * stream.uniform() - 1) * bound,
    );
    return tf.tensor(values, shape);
  };
  return { weight: uniform("weight", [dim, classes]), bias: uniform("bias", [classes]) };
}
