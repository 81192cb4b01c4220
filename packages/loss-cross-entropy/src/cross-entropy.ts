import { ContrastiveError, type Loss, type LossInput, parseOptions, type Rng } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";

export interface CrossEntropyOptions {
  /** This much of the target is spread evenly over all classes; in [0, 1). Default 0, as PyTorch. */
  readonly labelSmoothing?: number;
}

const schema = z.strictObject({ labelSmoothing: z.number().min(0).lt(1).default(0) });

/**
 * Softmax cross-entropy of a linear classifier on representations `[batch, views, dim]` with int32 labels `[batch]`;
 * every view is classified, and the loss is the mean.
 *
 * The classifier is the loss's own: `weight` `[dim, classes]` and `bias` `[classes]`, drawn as torch.nn.Linear does,
 * uniformly up to 1/√dim. Labels are 0 to classes − 1.
 *
 * Metric: `accuracy`, the share of views that are classified right.
 *
 * Throws for an option that is wrong or unknown, in `init` for fewer than two classes, and in `compute` without
 * labels or weights.
 *
 * Label smoothing: Szegedy et al. 2016, arXiv 1512.00567, section 7.
 */
export function crossEntropy(given: CrossEntropyOptions = {}): Loss {
  const options = parseOptions("loss", "cross-entropy", schema, given);
  return {
    name: "cross-entropy",
    options,
    source: { module: "@contrastive/loss-cross-entropy", export: "crossEntropy" },
    needs: { labels: "index", views: 1, on: ["representation"], unitLength: false, targets: false },
    init: (rng, { representation }, classes) => ({ weights: linear(rng, representation, classes) }),
    compute: (input) =>
      tf.tidy(() => {
        const { representation, labels, weight, bias } = checked(input);
        const [batch, views, dim] = representation.shape;
        const classes = bias.size;
        const logits = tf.add(tf.matMul(tf.reshape(representation, [batch * views, dim]), weight), bias);
        const perView = tf.reshape(tf.tile(tf.reshape(labels, [batch, 1]), [1, views]), [-1]);
        const target = smooth(tf.oneHot(perView, classes), options.labelSmoothing);
        // Log-softmax by itself: the logarithm of a softmax would be that of 0 for a confident classifier.
        const perViewLoss = tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits)), -1));
        const right = tf.equal(tf.argMax(logits, -1), perView);
        return {
          loss: tf.mean<tf.Scalar>(perViewLoss),
          metrics: { accuracy: tf.mean<tf.Scalar>(tf.cast(right, "float32")) },
        };
      }),
  };
}

function linear(rng: Rng, dim: number | undefined, classes: number): { weight: tf.Tensor; bias: tf.Tensor } {
  if (dim === undefined) throw complaint("init needs the size of the representation");
  if (!(classes >= 2)) {
    throw new ContrastiveError({
      who: 'loss "cross-entropy"',
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

/** The target distribution (1 − ε) y + ε / classes. */
function smooth(oneHot: tf.Tensor, labelSmoothing: number): tf.Tensor {
  const target = tf.cast(oneHot, "float32");
  if (labelSmoothing === 0) return target;
  const classes = oneHot.shape[oneHot.rank - 1];
  return tf.add(tf.mul(target, 1 - labelSmoothing), labelSmoothing / classes);
}

function checked({ embeddings: { representation }, labels, weights: { weight, bias } }: LossInput) {
  if (representation === undefined) throw complaint("compute needs embeddings.representation");
  if (labels === undefined) throw complaint("compute needs labels");
  if (weight === undefined || bias === undefined) {
    throw complaint("compute needs the weights that init made: weight and bias");
  }
  return { representation, labels, weight: weight as tf.Tensor2D, bias: bias as tf.Tensor1D };
}

function complaint(what: string): ContrastiveError {
  return new ContrastiveError({ who: 'loss "cross-entropy"', what });
}
