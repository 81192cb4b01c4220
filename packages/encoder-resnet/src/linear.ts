import * as tf from "@tensorflow/tfjs-core";
import { ContrastiveError, type Params, type Rng } from "@contrastive/core";
import { take } from "./take.js";

export interface LinearShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
}

/** `weight [in, out]` and `bias [out]`, both uniform in ±1/√in as torch.nn.Linear draws them. */
export function initialiseLinear(prefix: string, { inputs, outputs, bias }: LinearShape, rng: Rng): Params {
  const bound = 1 / Math.sqrt(inputs);
  const draw = (name: string, shape: number[]): Params => {
    const stream = rng.fork(name);
    const size = shape.reduce((a, b) => a * b);
    const values = Float32Array.from({ length: size }, () => (2 * stream.uniform() - 1) * bound);
    return { [name]: tf.tensor(values, shape) };
  };
  return {
    ...draw(`${prefix}weight`, [inputs, outputs]),
    ...(bias ? draw(`${prefix}bias`, [outputs]) : {}),
  };
}

/** `x · weight + bias?` for x `[batch, in]`. */
export function linear(prefix: string, x: tf.Tensor2D, weights: Params, who: string): tf.Tensor2D {
  const weight = take(weights, `${prefix}weight`, who) as tf.Tensor2D;
  if (x.shape[1] !== weight.shape[0]) {
    throw new ContrastiveError({
      who,
      what: `the input must be [batch, ${weight.shape[0]}], as "${prefix}weight" is`,
      got: x.shape,
    });
  }
  const bias = weights[`${prefix}bias`];
  const product: tf.Tensor2D = tf.matMul(x, weight);
  return bias === undefined ? product : tf.add(product, bias);
}
