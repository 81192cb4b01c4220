import { createRng, type Rng, type SampleKey } from "@contrastive/core";

/** The stream of draws that belongs to a key. */
export function drawsOf({ seed, epoch, index, view }: SampleKey): Rng {
  return createRng(seed).fork("augment", epoch, index, view);
}

/** A number between two, rounded to float32: a program is the same before and after it was encoded. */
export function between(rng: Rng, low: number, high: number): number {
  return Math.fround(low + (high - low) * rng.uniform());
}

/** The key under which a part of a composition draws: the same sample and view, another seed for each position. */
export function partKey(key: SampleKey, position: number): SampleKey {
  const rng = createRng(key.seed).fork("part", position);
  // 53 bits: the largest seed there is.
  return { ...key, seed: rng.uint32() * 2 ** 21 + (rng.uint32() >>> 11) };
}
