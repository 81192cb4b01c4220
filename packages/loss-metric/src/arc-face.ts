import { type Loss, parseOptions, type Space } from "@contrastive/core";
import { stopGradient } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { classLoss } from "./class-loss.js";
import { classCrossEntropy } from "./class-cross-entropy.js";
import { atTarget, classMetrics, scaledCosines } from "./class-scores.js";

export interface ArcFaceOptions {
  readonly margin?: number;
  readonly scale?: number;
  readonly easyMargin?: boolean;
  readonly on?: Space;
}

const schema = z.strictObject({
  margin: z.number().min(0).max(Math.PI / 2).default(0.5),
  scale: z.number().positive().default(64),
  easyMargin: z.boolean().default(false),
  on: z.enum(["representation", "projection"]).default("representation"),
});

export function arcFace(given: ArcFaceOptions = {}): Loss {
  const options = parseOptions("loss", "arc-face", schema, given);
  const { margin, scale, easyMargin } = options;
  return classLoss({
    name: "arc-face",
    exported: "arcFace",
    options,
    unitLength: true,
    vectors: { name: "classVectors" },
    compute({ x, vectors, target }) {
      const products = scaledCosines(x, vectors, scale);
      const own = atTarget(products, target);
      const cosine = tf.div<tf.Tensor2D>(own, scale);
      const change = tf.mul(changeOf(cosine, margin, easyMargin), scale);
      return {
        loss: classCrossEntropy(tf.add(products, tf.mul(target, change)), target),
        metrics: classMetrics(products, own, cosine),
      };
    },
  });
}

const LEAST = 1e-6;

/** cos(θ + m) − cos θ. */
function changeOf(cosine: tf.Tensor2D, margin: number, easyMargin: boolean): tf.Tensor {
  const sine = tf.sqrt(tf.maximum(tf.mul(tf.sub(1, cosine), tf.add(1, cosine)), LEAST));
  const further = tf.sub(tf.mul(cosine, Math.cos(margin) - 1), tf.mul(sine, Math.sin(margin)));
  const border = easyMargin ? 0 : -Math.cos(margin);
  const beyond = easyMargin ? 0 : -margin * Math.sin(margin);
  return tf.where(tf.greater(stopGradient(cosine), border), further, tf.fill(cosine.shape, beyond));
}
