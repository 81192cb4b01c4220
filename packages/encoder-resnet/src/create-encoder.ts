import { ContrastiveError, type Encoder } from "@contrastive/core";
import * as z from "zod";
import { initialiseResNet } from "./initialise.js";
import { type Architecture, planResNet } from "./plan.js";
import { runResNet } from "./run.js";

/** The options that all ResNets share. */
export interface CommonOptions {
  /** Multiplies the channels of every layer. Default 1. */
  readonly width?: number;
  /**
   * Starts each block as an identity, by a scale of 0 in its last batch normalisation (Goyal et al. 2017,
   * section 5.1). Default false, as in torchvision.
   */
  readonly zeroInitResidual?: boolean;
  /** The part of the running statistics that a batch replaces. Default 0.1, as in torch. */
  readonly batchNormMomentum?: number;
}

/** For the schema of an encoder's options: checks `CommonOptions` and holds their defaults. */
export const commonOptions = {
  width: z.number().positive().default(1),
  zeroInitResidual: z.boolean().default(false),
  batchNormMomentum: z.number().gt(0).max(1).default(0.1),
};

/** An encoder out of an architecture and parsed options. */
export function createEncoder(
  name: string,
  options: Readonly<Required<CommonOptions> & Record<string, unknown>>,
  base: Architecture,
): Encoder {
  const who = `encoder "${name}"`;
  const widths = base.widths.map((width) => Math.max(1, Math.round(width * options.width)));
  const plan = (channels: number) => planResNet({ ...base, widths }, channels);
  const { dim, stride } = plan(3);
  return {
    name,
    options,
    source: { module: "@contrastive/encoder-resnet", export: name },
    dim,
    init(rng, { height, width, channels }) {
      checkSize(height, width);
      return initialiseResNet(plan(channels), rng, options.zeroInitResidual);
    },
    forward(weights, images, context) {
      const [, height, width, channels] = images.shape;
      checkSize(height, width);
      const expected = weights["conv1.weight"]?.shape[2] ?? channels;
      if (channels !== expected) {
        throw new ContrastiveError({
          who,
          what: `images must have ${expected} channels, as the weights do`,
          got: channels,
        });
      }
      return runResNet(plan(channels), images, {
        who,
        weights,
        context,
        momentum: options.batchNormMomentum,
      });
    },
  };

  function checkSize(height: number, width: number): void {
    if (Math.min(height, width) >= stride) return;
    throw new ContrastiveError({
      who,
      what: `images must be at least ${stride}×${stride} pixels`,
      got: [height, width],
      fix: base.stem === "imagenet" ? 'Use the option stem: "cifar"' : "Use larger images, or resize them",
    });
  }
}
