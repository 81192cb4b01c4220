import { ContrastiveError, type OpenDataset, type RawImage } from "@contrastive/core";
import { checkIndices } from "./indices.js";

export interface IndexedImages {
  /** Who speaks in errors: `dataset "cifar10"`. */
  readonly who: string;
  readonly size: number;
  readonly classes?: readonly string[];
  readonly labels?: Int32Array;
  /** How many samples are in each of the groups that are best read together. */
  readonly shards?: readonly number[];
  /** A row `[classes]` of one sample; only asked for indices in range. */
  readonly softLabels?: (index: number) => ArrayLike<number>;
  /** The image of one sample; only asked for indices in range. */
  image(index: number, signal?: AbortSignal): RawImage | Promise<RawImage>;
  /** Called once, however often the dataset is closed. */
  close?(): void | Promise<void>;
}

/** An open dataset from a function that gives the image of an index: what most datasets need to write. */
export function openIndexed({
  who,
  size,
  classes,
  labels,
  shards,
  softLabels,
  image,
  close,
}: IndexedImages): OpenDataset {
  let closed: Promise<void> | undefined;
  return {
    size,
    classes,
    labels,
    ...(shards && { shards }),
    async read(indices, signal) {
      signal?.throwIfAborted();
      if (closed !== undefined) {
        throw new ContrastiveError({ who, what: "it was read after it was closed", fix: "Open it again" });
      }
      checkIndices(who, indices, size);
      const images = await Promise.all(Array.from(indices, (index) => image(index, signal)));
      signal?.throwIfAborted();
      return {
        images,
        labels: labels && Int32Array.from(indices, (index) => labels[index]),
        softLabels:
          softLabels && Float32Array.from([...indices].flatMap((index) => Array.from(softLabels(index)))),
      };
    },
    close: () => (closed ??= Promise.resolve(close?.())),
  };
}
