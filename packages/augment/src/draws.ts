import { type BatchKey, createRng, type Rng, type SampleKey } from "@contrastive/core";

/** The stream of draws that belongs to a key. */
export function drawsOf({ seed, epoch, index, view }: SampleKey): Rng {
  const known = streams.get(seed);
  if (known?.epoch === epoch) return known.rng.fork(index, view);
  const rng = createRng(seed).fork("augment", epoch);
  remember(streams, seed, { epoch, rng });
  return rng.fork(index, view);
}

/** The stream of draws that belongs to a step's batch. */
export function batchDrawsOf({ seed, epoch, step }: BatchKey): Rng {
  return createRng(seed).fork("mix", epoch, step);
}

/** A number between two, rounded to float32: a program is the same before and after it was encoded. */
export function between(rng: Rng, low: number, high: number): number {
  return Math.fround(low + (high - low) * rng.uniform());
}

/** The key under which a part of a composition draws: the same sample and view, another seed for each position. */
export function partKey({ seed, epoch, index, view }: SampleKey, position: number): SampleKey {
  return { seed: seedOfPart(seed, position), epoch, index, view };
}

/** The same of a batch. */
export function partBatchKey({ seed, epoch, step }: BatchKey, position: number): BatchKey {
  return { seed: seedOfPart(seed, position), epoch, step };
}

function seedOfPart(seed: number, position: number): number {
  let seeds = partSeeds.get(seed);
  if (seeds === undefined) remember(partSeeds, seed, (seeds = []));
  return (seeds[position] ??= partSeed(seed, position));
}

function partSeed(seed: number, position: number): number {
  const rng = createRng(seed).fork("part", position);
  // 53 bits: the largest seed there is.
  return rng.uint32() * 2 ** 21 + (rng.uint32() >>> 11);
}

// What all images of an epoch have in common: deriving it for each takes longer than their draws.
const streams = new Map<number, { readonly epoch: number; readonly rng: Rng }>();
const partSeeds = new Map<number, number[]>();

/** Runs use a few seeds, one for each part of a composition; what draws under many keeps few. */
function remember<T>(known: Map<number, T>, seed: number, value: T): void {
  if (known.size >= 256) known.clear();
  known.set(seed, value);
}
