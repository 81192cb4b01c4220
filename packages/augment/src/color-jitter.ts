import { parseOptions, type ProgramAugmentation } from "@contrastive/core";
import type { ImageStep } from "@contrastive/ops";
import * as z from "zod";
import { between, drawsOf } from "./draws.js";
import { plugin } from "./plugin.js";
import { probability } from "./schemas.js";

export interface ColorJitterOptions {
  /** The factor is drawn from 1 ± this, never below 0. Default 0.4, as SupContrast. */
  readonly brightness?: number;
  /** As brightness. Default 0.4. */
  readonly contrast?: number;
  /** As brightness. Default 0.4. */
  readonly saturation?: number;
  /** The shift is drawn from ± this part of a full turn, at most 0.5. Default 0.1, as SupContrast. */
  readonly hue?: number;
  /** Of any change at all. Default 0.8, as SimCLR and SupContrast. */
  readonly probability?: number;
}

const schema = z.strictObject({
  brightness: z.number().min(0).default(0.4),
  contrast: z.number().min(0).default(0.4),
  saturation: z.number().min(0).default(0.4),
  hue: z.number().min(0).max(0.5).default(0.1),
  probability: probability.default(0.8),
});

/** Changes brightness, contrast, saturation and hue in random order; sampled as torchvision's `ColorJitter`. */
export function colorJitter(given: ColorJitterOptions = {}): ProgramAugmentation {
  const options = parseOptions("augmentation", "color-jitter", schema, given);
  const factors = ["brightness", "contrast", "saturation"] as const;
  return {
    ...plugin("color-jitter", "colorJitter", options),
    output: (input) => input,
    sample(key, from) {
      const rng = drawsOf(key);
      if (rng.uniform() >= options.probability) return { output: from, steps: [] };
      const order = rng.permutation(4);
      const all = factors.map((op): ImageStep => {
        return { op, factor: between(rng, Math.max(0, 1 - options[op]), 1 + options[op]) };
      });
      all.push({ op: "hue", shift: between(rng, -options.hue, options.hue) });
      const steps = Array.from(order, (place) => all[place]).filter((step) => changes(step, from.channels));
      return { output: from, steps };
    },
  };

  function changes({ op }: ImageStep, channels: number): boolean {
    const colour = op === "saturation" || op === "hue";
    return options[op as keyof typeof options] > 0 && !(colour && channels === 1);
  }
}
