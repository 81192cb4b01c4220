import { ContrastiveError, type Params, type Rng } from "@contrastive/core";
import { batchNormTraining } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";

/** torch.nn.BatchNorm1d's. */
const epsilon = 1e-5;

const names = {
  hidden: "predictor.0.weight",
  scale: "predictor.1.weight",
  offset: "predictor.1.bias",
  output: "predictor.3.weight",
  bias: "predictor.3.bias",
} as const;

/**
 * Weights of a perceptron dim → hidden → dim, with batch normalisation and a relu on its hidden layer, named and drawn as
 * those of a torch.nn.Sequential of Linear (without bias), BatchNorm1d, ReLU and Linear.
 */
export function initialisePredictor(rng: Rng, dim: number, hidden: number): Params {
  const uniform = (name: string, shape: number[], inputs: number) => {
    const stream = rng.fork(name);
    const bound = 1 / Math.sqrt(inputs);
    const size = tf.util.sizeFromShape(shape);
    return tf.tensor(
      Float32Array.from({ length: size }, () => (2 * stream.uniform() - 1) * bound),
      shape,
    );
  };
  return {
    [names.hidden]: uniform(names.hidden, [dim, hidden], dim),
    [names.scale]: tf.ones([hidden]),
    [names.offset]: tf.zeros([hidden]),
    [names.output]: uniform(names.output, [hidden, dim], hidden),
    [names.bias]: uniform(names.bias, [dim], hidden),
  };
}

/** The prediction of each embedding, both `[batch, views, dim]`. Views are normalised each by its own statistics. */
export function predict(loss: string, embeddings: tf.Tensor3D, weights: Params): tf.Tensor3D {
  const [batch, views, dim] = embeddings.shape;
  const [hidden, scale, offset, output, bias] = Object.values(names).map((name) => {
    if (weights[name] === undefined) {
      throw new ContrastiveError({
        who: `loss "${loss}"`,
        what: `compute needs the weights that init made: ${name} is missing`,
      });
    }
    return weights[name];
  });
  const width = hidden.shape[1]!;
  const projected = tf.matMul(tf.reshape(embeddings, [-1, dim]), hidden);
  // Each view has columns of its own, and thus statistics; scale and offset are common to all.
  const { y } = batchNormTraining(
    {
      x: tf.reshape(projected, [batch, views * width]),
      scale: tf.tile(scale, [views]),
      offset: tf.tile(offset, [views]),
    },
    { epsilon, relu: true },
  );
  return tf.reshape(tf.add(tf.matMul(tf.reshape(y, [-1, width]), output), bias), embeddings.shape);
}
