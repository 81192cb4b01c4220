import * as tf from "@tensorflow/tfjs-core";
import { type Head, parseOptions } from "@contrastive/core";
import * as z from "zod";
import { initialiseLinear, linear } from "./linear.js";

export interface LinearHeadOptions {
  /** Size of the projection. Default 128, as in SupCon. */
  readonly out?: number;
  /** Adds a bias. Default true. */
  readonly bias?: boolean;
}

/** One linear layer, `[batch, in]` to `[batch, out]`; its tensors are `weight` and `bias`. */
export function linearHead(given: LinearHeadOptions = {}): Head {
  const options = parseOptions("head", "linear", schema, given);
  const { out, bias } = options;
  return {
    name: "linear",
    options,
    source: { module: "@contrastive/encoder-resnet", export: "linearHead" },
    dim: out,
    init: (rng, inputs) => ({
      weights: initialiseLinear("", { inputs, outputs: out, bias }, rng),
      buffers: {},
    }),
    forward: (weights, x, { training, buffers }) => ({
      embeddings: tf.tidy(() => linear("", x, weights, 'head "linear"')),
      buffers: training ? {} : buffers,
    }),
  };
}

const schema = z.strictObject({
  out: z.int().positive().default(128),
  bias: z.boolean().default(true),
});
