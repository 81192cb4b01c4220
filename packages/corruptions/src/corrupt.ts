import { ContrastiveError, createRng, type RawImage, type Rng } from "@contrastive/core";
import type { CorruptionTable, Severity } from "./corruption.js";
import { type CorruptionName, corruptions } from "./corruptions.js";
import { toImage, toPicture } from "./picture.js";

/**
 * An image with one of the 19 corruptions of ImageNet-C and CIFAR-10-C.
 *
 * Equal arguments give equal bytes. `table` says whose severities are meant; default: CIFAR-10-C's up to 64 pixels (the shorter side),
 * ImageNet-C's above. Throws for another name or severity. Hendrycks and Dietterich 2019, arXiv 1903.12261.
 */
export function corrupt(
  image: RawImage,
  name: CorruptionName,
  severity: Severity,
  seed: number,
  table?: CorruptionTable,
): RawImage {
  check(name, severity);
  return corruptWith(image, name, severity, createRng(seed).fork("corrupt", name, severity), table);
}

export function corruptWith(
  image: RawImage,
  name: CorruptionName,
  severity: Severity,
  rng: Rng,
  table: CorruptionTable = Math.min(image.height, image.width) <= 64 ? "cifar" : "imagenet",
): RawImage {
  return toImage(corruptions[name].apply(toPicture(image), table, severity, rng));
}

function check(name: string, severity: number): void {
  const known = Object.keys(corruptions);
  if (!known.includes(name)) {
    const meant = known.find((other) => other.toLowerCase() === name.replaceAll(/[_-]/g, "").toLowerCase());
    throw new ContrastiveError({
      who: "corrupt",
      what: "there is no corruption",
      got: name,
      fix: `${meant === undefined ? "" : `Did you mean "${meant}"? `}It takes ${known.join(", ")}`,
    });
  }
  if (![1, 2, 3, 4, 5].includes(severity)) {
    throw new ContrastiveError({
      who: "corrupt",
      what: "severity must be one of 1, 2, 3, 4, 5",
      got: severity,
    });
  }
}
