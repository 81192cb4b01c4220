import type { Rng } from "@contrastive/core";

/**
 * Shuffles each batch by itself: its order means something to some losses (a cap takes the first positives), so how the
 * batch was put together must not show in it.
 */
export function shuffleWithin(batchSize: number, indices: Uint32Array, rng: Rng): Uint32Array {
  const shuffled = new Uint32Array(indices.length);
  for (let start = 0; start < indices.length; start += batchSize) {
    const batch = indices.subarray(start, start + batchSize);
    const order = rng.fork("batch", start).permutation(batch.length);
    order.forEach((from, to) => (shuffled[start + to] = batch[from]));
  }
  return shuffled;
}
