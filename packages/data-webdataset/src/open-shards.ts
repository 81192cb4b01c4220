import type { OpenDataset, Split } from "@contrastive/core";
import { listPaths, openRandomAccess, type RandomAccess } from "@contrastive/data/files";
import {
  arrange,
  createDecoder,
  type Decoding,
  limitTo,
  openImages,
  type SkippedImage,
  UnreadableImage,
} from "@contrastive/data-image-folder/decoding";
import { cachedIndex, imageInput } from "#platform";
import { type IndexedSample, indexShard, type MemberChoice } from "./shard-index.js";

export interface ShardsOfSplit extends Required<Decoding> {
  readonly who: string;
  readonly split: Split;
  readonly patterns: Readonly<Partial<Record<Split, readonly string[]>>>;
  readonly choice: MemberChoice;
  readonly classes?: readonly string[];
  readonly testFraction: number;
  readonly cache?: string;
  readonly onError: "throw" | "skip";
  readonly onSkip: (skipped: SkippedImage) => void;
}

interface ShardSample extends IndexedSample {
  readonly name: string;
  readonly shard: RandomAccess;
}

/** Shards that are indexed at a time, and requests that are under way. */
const most = 8;

/** On a server each piece is a request. */
const pieces = {
  disk: { least: 2 ** 14, most: 2 ** 20 },
  server: { least: 2 ** 22, most: 2 ** 22 },
};

export async function openShards(options: ShardsOfSplit): Promise<OpenDataset> {
  const { who, split, patterns, choice, classes, testFraction, cache, onError, onSkip } = options;
  const { size, fit, maxPixels } = options;
  const limited = limitTo(most);

  async function samplesOf(path: string): Promise<readonly ShardSample[]> {
    const shard = await openRandomAccess(who, path);
    const of = /^https?:/i.test(path) ? pieces.server : pieces.disk;
    const samples = await cachedIndex(cache, shard, choice, () => indexShard(who, shard, choice, of));
    return samples.map((sample) => ({ ...sample, name: `${path}/${sample.file}`, shard }));
  }

  const arranged = await arrange({
    who,
    split,
    hasTest: patterns.test !== undefined,
    testFraction,
    classes,
    async filesOf(split) {
      const paths = await listPaths(who, patterns[split] ?? []);
      return Promise.all(paths.map((path) => limited(() => samplesOf(path))));
    },
  });
  const { samples, labels, shards } = arranged;
  const decoder = createDecoder({ who, size, fit, maxPixels });
  return openImages({
    who,
    samples: samples.map(({ name }, index) => ({ path: name, label: labels?.[index] ?? 0 })),
    classes: arranged.classes,
    labelled: labels !== undefined,
    shards,
    onError,
    onSkip,
    async load(index, signal) {
      const { shard, ...sample } = samples[index];
      if (sample.length === 0) throw new UnreadableImage("it is empty");
      const input = await limited(() => imageInput(shard, sample, signal));
      return decoder.decode(input, signal);
    },
    close: () => decoder.close(),
  });
}
