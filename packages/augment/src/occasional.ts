import type { ImageShape, Plugin, ProgramAugmentation, Rng } from "@contrastive/core";
import type { ImageStep } from "@contrastive/ops";
import { drawsOf } from "./draws.js";

/** What is done to some images and not to others, and keeps their shape. */
export function occasional(
  about: Required<Plugin>,
  probability: number,
  steps: (rng: Rng, from: ImageShape) => readonly ImageStep[],
): ProgramAugmentation {
  return {
    ...about,
    output: (input) => input,
    sample(key, from) {
      const rng = drawsOf(key);
      return { output: from, steps: rng.uniform() < probability ? steps(rng, from) : [] };
    },
  };
}
