import { type Loss, parseOptions, type Space } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { angularMargin } from "./angular-margin.js";
import { type Annealing, annealingAt, annealingSchema } from "./annealing.js";
import { classCrossEntropy } from "./class-cross-entropy.js";
import { classLoss } from "./class-loss.js";
import { classMetrics, scaledCosines } from "./class-scores.js";
import { lengthOf } from "./length-of.js";

export interface SphereFaceOptions {
  readonly margin?: number;
  readonly scale?: number | "length";
  readonly annealing?: Annealing;
  readonly on?: Space;
}

const schema = z.strictObject({
  margin: z.int().min(1).max(10).default(4),
  scale: z.union([z.number().positive(), z.literal("length")]).default("length"),
  annealing: annealingSchema.default(0),
  on: z.enum(["representation", "projection"]).default("representation"),
});

export function sphereFace(given: SphereFaceOptions = {}): Loss {
  const options = parseOptions("loss", "sphere-face", schema, given);
  const { margin, scale, annealing } = options;
  return classLoss({
    name: "sphere-face",
    exported: "sphereFace",
    options,
    unitLength: scale !== "length",
    vectors: { name: "classVectors" },
    compute({ x, vectors, target }, progress) {
      const products = scaledCosines(x, vectors, scale === "length" ? 1 : scale);
      const lengths = scale === "length" ? lengthOf(x) : tf.fill<tf.Rank.R2>([x.shape[0], 1], scale);
      const { logits, own, cosine } = angularMargin(products, target, lengths, {
        margin,
        annealing: annealingAt(annealing, progress),
      });
      return { loss: classCrossEntropy(logits, target), metrics: classMetrics(products, own, cosine) };
    },
  });
}
