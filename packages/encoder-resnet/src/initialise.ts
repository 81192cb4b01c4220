import * as tf from "@tensorflow/tfjs-core";
import type { Params, Rng } from "@contrastive/core";
import type { Layer, Plan } from "./plan.js";

export interface Initial {
  readonly weights: Params;
  readonly buffers: Params;
}

/** He normal (fan out) for convolutions, scale 1 and offset 0 for batch normalisation. He et al. 2015, eq. 14. */
export function initialiseResNet(plan: Plan, rng: Rng, zeroInitResidual: boolean): Initial {
  const layers = [
    initialiseLayer(plan.stem, rng, 1),
    ...plan.blocks.flatMap(({ layers, shortcut }) => [
      ...layers.map((layer, i) =>
        initialiseLayer(layer, rng, zeroInitResidual && i === layers.length - 1 ? 0 : 1),
      ),
      ...(shortcut.kind === "projection" ? [initialiseLayer(shortcut.layer, rng, 1)] : []),
    ]),
  ];
  return {
    weights: Object.assign({}, ...layers.map(({ weights }) => weights)) as Params,
    buffers: Object.assign({}, ...layers.map(({ buffers }) => buffers)) as Params,
  };
}

function initialiseLayer(layer: Layer, rng: Rng, scale: number): Initial {
  const { convolution, norm, kernel, inputs, outputs } = layer;
  const name = `${convolution}.weight`;
  const draw = rng.fork(name);
  const deviation = Math.sqrt(2 / (kernel * kernel * outputs));
  const values = new Float32Array(kernel * kernel * inputs * outputs);
  for (let i = 0; i < values.length; i++) values[i] = draw.normal() * deviation;
  const { weights, buffers } = initialiseBatchNorm(norm, outputs, { scale });
  return { weights: { [name]: tf.tensor4d(values, [kernel, kernel, inputs, outputs]), ...weights }, buffers };
}

export function initialiseBatchNorm(
  name: string,
  channels: number,
  { scale = 1, offset = true }: { scale?: number; offset?: boolean } = {},
): Initial {
  return {
    weights: {
      [`${name}.weight`]: tf.tensor1d(new Float32Array(channels).fill(scale)),
      ...(offset ? { [`${name}.bias`]: tf.zeros([channels]) } : {}),
    },
    buffers: {
      [`${name}.running_mean`]: tf.zeros([channels]),
      [`${name}.running_var`]: tf.ones([channels]),
    },
  };
}
