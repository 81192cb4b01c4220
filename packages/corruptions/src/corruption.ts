import type { Rng } from "@contrastive/core";
import type { Picture } from "./picture.js";

/** Of which benchmark the severities are: CIFAR-10-C's for images of 32 pixels, ImageNet-C's for those of 224. */
export type CorruptionTable = "cifar" | "imagenet";

/** From 1, the weakest, to 5. */
export type Severity = 1 | 2 | 3 | 4 | 5;

/** What is done to an image, and how strongly at each severity. */
export interface Corruption {
  apply(picture: Picture, table: CorruptionTable, severity: Severity, rng: Rng): Picture;
}

export function corruption<Level>(
  levels: Readonly<Record<CorruptionTable, readonly [Level, Level, Level, Level, Level]>>,
  apply: (picture: Picture, level: Level, rng: Rng) => Picture,
): Corruption {
  return {
    apply: (picture, table, severity, rng) => apply(picture, levels[table][severity - 1], rng),
  };
}
