import * as tf from "@tensorflow/tfjs-core";
import { type Head, parseOptions } from "@contrastive/core";
import * as z from "zod";
import { batchNorm, type Pass } from "./batch-norm.js";
import { initialiseBatchNorm } from "./initialise.js";
import { initialiseLinear, linear } from "./linear.js";

export interface ProjectionHeadOptions {
  /** Size of the hidden layers; `"input"` (the default, as in SupCon and SimCLR) is the representation's. */
  readonly hidden?: number | "input";
  /** Size of the projection. Default 128. */
  readonly out?: number;
  /** Linear layers, at least 2. Default 2; SimCLR v2 has 3. */
  readonly layers?: number;
  /**
   * Batch normalisation after each linear layer, in the place of its bias; after the last one it only scales.
   * Default false, as in SupCon; SimCLR has it.
   */
  readonly batchNorm?: boolean;
  /** The part of the running statistics that a batch replaces. Default 0.1, as in torch. */
  readonly batchNormMomentum?: number;
}

/**
 * A perceptron with rectified hidden layers, `[batch, in]` to `[batch, out]`.
 *
 * Its tensors are named as in a torch.nn.Sequential: `0.weight`, `0.bias`, `2.weight`, `2.bias`. Khosla et al. 2020,
 * section 3.1; with `batchNorm`, Chen et al. 2020.
 */
export function projectionHead(given: ProjectionHeadOptions = {}): Head {
  const options = parseOptions("head", "projection", schema, given);
  const { hidden, out, layers, batchNormMomentum: momentum } = options;
  const who = 'head "projection"';
  const plan = Array.from({ length: layers }, (_, i) => ({
    // In the Sequential a layer is followed by its batch normalisation, if any, and a relu.
    prefix: `${i * (options.batchNorm ? 3 : 2)}.`,
    norm: options.batchNorm ? `${i * 3 + 1}` : undefined,
    last: i === layers - 1,
  }));
  return {
    name: "projection",
    options,
    source: { module: "@contrastive/encoder-resnet", export: "projectionHead" },
    dim: out,
    init(rng, inputs) {
      const weights: Record<string, tf.Tensor> = {};
      const buffers: Record<string, tf.Tensor> = {};
      let from = inputs;
      for (const { prefix, norm, last } of plan) {
        const to = last ? out : hidden === "input" ? inputs : hidden;
        Object.assign(
          weights,
          initialiseLinear(prefix, { inputs: from, outputs: to, bias: norm === undefined }, rng),
        );
        if (norm !== undefined) {
          const initial = initialiseBatchNorm(norm, to, { offset: !last });
          Object.assign(weights, initial.weights);
          Object.assign(buffers, initial.buffers);
        }
        from = to;
      }
      return { weights, buffers };
    },
    forward(weights, representation, context) {
      const pass: Pass = { who, weights, context, momentum };
      return tf.tidy(() => {
        const buffers: Record<string, tf.Tensor> = {};
        let x = representation;
        for (const { prefix, norm, last } of plan) {
          x = linear(prefix, x, weights, who);
          if (norm !== undefined) {
            const normalised = batchNorm(norm, x, { relu: !last }, pass);
            Object.assign(buffers, normalised.buffers);
            x = normalised.y;
          } else if (!last) {
            x = tf.relu(x);
          }
        }
        return { embeddings: x, buffers: context.training ? buffers : context.buffers };
      });
    },
  };
}

const schema = z.strictObject({
  hidden: z.union([z.int().positive(), z.literal("input")]).default("input"),
  out: z.int().positive().default(128),
  layers: z.int().min(2).default(2),
  batchNorm: z.boolean().default(false),
  batchNormMomentum: z.number().gt(0).max(1).default(0.1),
});
