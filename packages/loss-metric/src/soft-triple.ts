import { type Loss, parseOptions, type Space } from "@contrastive/core";
import { l2Normalize } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { classLoss } from "./class-loss.js";
import { classCrossEntropy } from "./class-cross-entropy.js";
import { atTarget, classMetrics } from "./class-scores.js";

export interface SoftTripleOptions {
  readonly centersPerClass?: number;
  readonly scale?: number;
  readonly temperature?: number;
  readonly margin?: number;
  readonly regularization?: number;
  readonly on?: Space;
}

const schema = z.strictObject({
  centersPerClass: z.int().min(1).default(10),
  scale: z.number().positive().default(20),
  temperature: z.number().positive().default(0.1),
  margin: z.number().min(0).default(0.01),
  regularization: z.number().min(0).default(0.2),
  on: z.enum(["representation", "projection"]).default("projection"),
});

export function softTriple(given: SoftTripleOptions = {}): Loss {
  const options = parseOptions("loss", "soft-triple", schema, given);
  const { centersPerClass, scale, temperature, margin, regularization } = options;
  return classLoss({
    name: "soft-triple",
    exported: "softTriple",
    options,
    unitLength: true,
    vectors: { name: "centers", perClass: centersPerClass },
    compute({ x, vectors, target }) {
      const centers = l2Normalize(vectors);
      const [rows, classes] = target.shape;
      const toCenters = tf.reshape(tf.matMul(x, centers, false, true), [rows, classes, centersPerClass]);
      const shares = tf.softmax(tf.div(toCenters, temperature));
      const toClasses = tf.sum<tf.Tensor2D>(tf.mul(shares, toCenters), -1);
      const own = atTarget(toClasses, target);
      const logits = tf.mul(tf.sub(toClasses, tf.mul(target, margin)), scale) as tf.Tensor2D;
      const loss = classCrossEntropy(logits, target);
      const metrics = classMetrics(toClasses, own, own);
      if (regularization === 0 || centersPerClass === 1) return { loss, metrics };
      const spread = meanDistance(tf.reshape(centers, [classes, centersPerClass, -1]));
      return { loss: tf.add(loss, tf.mul(spread, regularization)), metrics };
    },
  });
}

function meanDistance(centers: tf.Tensor3D): tf.Scalar {
  const [classes, count] = centers.shape;
  const gram = tf.matMul(centers, centers, false, true);
  const distances = tf.sqrt(tf.maximum(tf.sub(2, tf.mul(gram, 2)), 1e-6));
  const isPair = tf.linalg.bandPart(tf.ones([count, count]), 0, -1).sub(tf.eye(count));
  return tf.div(tf.sum(tf.mul(distances, isPair)), classes * count * (count - 1));
}
