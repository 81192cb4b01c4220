import { ContrastiveError } from "@contrastive/core";

/** Throws unless every index names one of `size` samples. */
export function checkIndices(who: string, indices: Uint32Array, size: number): void {
  const outside = indices.find((index) => index >= size);
  if (outside !== undefined) {
    throw new ContrastiveError({
      who,
      what: size === 0 ? "there are no samples to read" : `an index must be in 0..${size - 1}`,
      got: outside,
    });
  }
}
