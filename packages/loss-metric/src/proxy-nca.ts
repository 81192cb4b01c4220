import { type Loss, parseOptions, type Space } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import * as z from "zod";
import { classLoss } from "./class-loss.js";
import { classCrossEntropy } from "./class-cross-entropy.js";
import { atTarget, classMetrics, scaledCosines } from "./class-scores.js";

export interface ProxyNcaOptions {
  readonly temperature?: number;
  readonly on?: Space;
}

const schema = z.strictObject({
  temperature: z.number().positive().default(1 / 9),
  on: z.enum(["representation", "projection"]).default("projection"),
});

export function proxyNca(given: ProxyNcaOptions = {}): Loss {
  const options = parseOptions("loss", "proxy-nca", schema, given);
  const { temperature } = options;
  return classLoss({
    name: "proxy-nca",
    exported: "proxyNca",
    options,
    unitLength: true,
    vectors: { name: "proxies" },
    compute({ x, vectors, target }) {
      const scale = 2 / temperature;
      const products = scaledCosines(x, vectors, scale);
      const own = atTarget(products, target);
      return {
        loss: classCrossEntropy(products, target),
        metrics: classMetrics(products, own, tf.div(own, scale)),
      };
    },
  });
}
