import { ContrastiveError, createRng, parseOptions, type Rng, type Sampler } from "@contrastive/core";
import * as z from "zod";

export interface ShardShuffleOptions {
  /** How many samples wait to be drawn from; default 1000. More mix shards better, and read further apart. */
  readonly buffer?: number;
}

const schema = z.strictObject({ buffer: z.int().min(1).default(1000) });

/**
 * Visits every sample once an epoch, shard by shard in an order drawn from the seed and the epoch, mixed in a buffer.
 *
 * For data of which reads near each other are much faster than reads all over: shards on a server, row groups. As WebDataset's
 * shuffles of shards and samples. Opening throws for a dataset without shards.
 */
export function shardShuffle(given: ShardShuffleOptions = {}): Sampler {
  const options = parseOptions("sampler", "shard-shuffle", schema, given);
  return {
    name: "shard-shuffle",
    options,
    source: { module: "@contrastive/data", export: "shardShuffle" },
    open({ size, shards }, seed) {
      if (shards === undefined) {
        throw new ContrastiveError({
          who: 'sampler "shard-shuffle"',
          what: "the dataset has no shards",
          fix: "Take shuffle()",
        });
      }
      const starts = startsOf(shards);
      return {
        epoch(epoch) {
          const rng = createRng(seed).fork("shard-shuffle", epoch);
          const inOrder = new Uint32Array(size);
          let at = 0;
          for (const shard of rng.fork("shards").permutation(shards.length)) {
            for (let i = 0; i < shards[shard]; i++) inOrder[at++] = starts[shard] + i;
          }
          return mixed(inOrder, options.buffer, rng.fork("buffer"));
        },
      };
    },
  };
}

function startsOf(shards: readonly number[]): number[] {
  let start = 0;
  return shards.map((size) => (start += size) - size);
}

/** Each place in turn gets one of those in the buffer, which the next of the stream replaces. */
function mixed(stream: Uint32Array, size: number, rng: Rng): Uint32Array {
  const buffer = Array.from(stream.subarray(0, size));
  return stream.map((_, place) => {
    const drawn = rng.below(buffer.length);
    const index = buffer[drawn];
    const next = place + size < stream.length ? stream[place + size] : buffer.pop()!;
    if (drawn < buffer.length) buffer[drawn] = next;
    return index;
  });
}
