import * as tf from "@tensorflow/tfjs-core";
import { ContrastiveError, type Monitor, type Params, parseOptions } from "@contrastive/core";
import * as z from "zod";
import { breather } from "./breathe.js";
import { checkFeatures } from "./check.js";
import type { Features } from "./features.js";
import { type Score, scorePredictions } from "./score.js";

export interface OnlineProbeOptions {
  /**
   * > 0. Default 1. Standardised rows have a mean squared length of 1, so that momentum descent on the cross-entropy
   * is stable up to 2 (1 + momentum), whatever the encoder, and needs no tuning.
   */
  readonly learningRate?: number;
  /** In [0, 1). Default 0.9. */
  readonly momentum?: number;
}

const schema = z.strictObject({
  learningRate: z.number().positive().default(1),
  momentum: z.number().min(0).lt(1).default(0.9),
});

/** How much of the running statistics a step keeps: they follow a representation that is being trained. */
const decay = 0.9;

/**
 * A linear classifier trained beside the encoder, on its representation and without a gradient into it.
 *
 * The representation is standardised by running statistics and divided by √dim. Metrics, over all views of the batch
 * and before the update has seen it: `loss` (cross-entropy) and `accuracy`.
 *
 * Source: Khosla et al. 2020, section 4.5 (classifier and representation trained at once).
 */
export function onlineProbe(given: OnlineProbeOptions = {}): Monitor {
  const options = parseOptions("monitor", "onlineProbe", schema, given);
  const { learningRate, momentum } = options;
  return {
    name: "online-probe",
    options,
    source: { module: "@contrastive/evaluate", export: "onlineProbe" },
    needs: { labels: "index" },
    init: (_rng, dim, classes) => ({
      weight: tf.zeros([dim, classes]),
      bias: tf.zeros([classes]),
      "weight.momentum": tf.zeros([dim, classes]),
      "bias.momentum": tf.zeros([classes]),
      mean: tf.zeros([dim]),
      variance: tf.zeros([dim]),
      // The running sums' total weight, by which they are divided.
      seen: tf.scalar(0),
    }),
    step(state, { representation, labels }) {
      if (labels === undefined) {
        throw new ContrastiveError({ who: `monitor "online-probe"`, what: "needs labels, and got none" });
      }
      const next = tf.tidy(() => {
        const statistics = advance(state, representation);
        const inputs = standardise(representation, statistics);
        const classes = state.bias.shape[0];
        const truth = tf.cast(tf.oneHot(labels, classes), "float32") as tf.Tensor2D;
        const logits = classify(inputs, state);
        const logProbabilities = tf.logSoftmax(logits);
        // Closed form, so that no tape is needed: d cross-entropy / d logits = (softmax − one-hot) / rows.
        const residuals = tf.div(tf.sub(tf.exp(logProbabilities), truth), inputs.shape[0]) as tf.Tensor2D;
        const weightMomentum = follow(state["weight.momentum"], tf.matMul(inputs, residuals, true));
        const biasMomentum = follow(state["bias.momentum"], tf.sum(residuals, 0));
        return {
          state: {
            weight: tf.sub(state.weight, tf.mul(weightMomentum, learningRate)),
            bias: tf.sub(state.bias, tf.mul(biasMomentum, learningRate)),
            "weight.momentum": weightMomentum,
            "bias.momentum": biasMomentum,
            ...statistics,
          },
          metrics: {
            loss: tf.neg(tf.mean(tf.sum(tf.mul(logProbabilities, truth), 1))) as tf.Scalar,
            accuracy: tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32")) as tf.Scalar,
          },
        };
      });
      tf.dispose(state);
      return next;
    },
  };

  function follow(velocity: tf.Tensor, gradient: tf.Tensor): tf.Tensor {
    return tf.add(tf.mul(velocity, momentum), gradient);
  }
}

/** How an online probe's classifier, as training left it, does on other features. Leaves the state as it is. */
export async function onlineProbeAccuracy(
  state: Params,
  features: Features,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Score & { readonly perClass: readonly Score[]; readonly predictions: Int32Array }> {
  const who = "onlineProbeAccuracy";
  const [dim, classes] = state.weight?.shape ?? [];
  if (dim === undefined || state.seen === undefined) {
    throw new ContrastiveError({
      who,
      what: "needs the state of an online-probe monitor",
      got: Object.keys(state),
    });
  }
  checkFeatures(who, "test", features, classes);
  if (features.dim !== dim) {
    throw new ContrastiveError({
      who,
      what: `features must be ${dim} wide, as those that the probe was trained on`,
      got: features.dim,
    });
  }
  const predictions = new Int32Array(features.size);
  const pause = breather(signal);
  const rows = 4096;
  for (let start = 0; start < features.size; start += rows) {
    await pause();
    const count = Math.min(rows, features.size - start);
    const values = features.values.subarray(start * dim, (start + count) * dim);
    const labels = tf.tidy(() =>
      tf.argMax(classify(standardise(tf.tensor2d(values, [count, dim]), state), state), 1),
    );
    predictions.set(await labels.data<"int32">().finally(() => labels.dispose()), start);
  }
  return { ...scorePredictions(predictions, features.labels, classes), predictions };
}

type Statistics = Record<"mean" | "variance" | "seen", tf.Tensor>;

function advance(state: Params, rows: tf.Tensor2D): Statistics {
  const { mean, variance } = tf.moments(rows, 0);
  return {
    mean: keep(state.mean, mean),
    variance: keep(state.variance, variance),
    seen: keep(state.seen, 1),
  };
}

function keep(running: tf.Tensor, now: tf.Tensor | number): tf.Tensor {
  return tf.add(tf.mul(running, decay), tf.mul(now, 1 - decay));
}

function standardise(rows: tf.Tensor2D, { mean, variance, seen }: Params): tf.Tensor2D {
  const spread = tf.div(variance, seen);
  // A column that hardly varies is noise: it must not be blown up to the size of the others.
  const floor = tf.add(tf.mul(tf.mean(spread), 1e-6), 1e-30);
  const scale = tf.rsqrt(tf.mul(tf.add(spread, floor), rows.shape[1]));
  return tf.mul(tf.sub(rows, tf.div(mean, seen)), scale);
}

function classify(inputs: tf.Tensor2D, { weight, bias }: Params): tf.Tensor2D {
  return tf.add(tf.matMul(inputs, weight as tf.Tensor2D), bias);
}
