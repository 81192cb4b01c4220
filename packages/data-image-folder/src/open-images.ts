import { ContrastiveError, type OpenDataset, type RawImage } from "@contrastive/core";
import { openIndexed } from "@contrastive/data";
import type { Sample } from "./layout.js";
import type { ImageOptions, SkippedImage } from "./options.js";

/** A file is at fault: damaged, of an unknown kind, too large, or gone. Any other error is never skipped. */
export class UnreadableImage extends Error {
  override readonly name = "UnreadableImage";
}

export interface ImageSource {
  readonly who: string;
  readonly samples: readonly Sample[];
  readonly classes?: readonly string[];
  /** Whether samples have labels; default: where there are classes. */
  readonly labelled?: boolean;
  readonly shards?: readonly number[];
  readonly onError: NonNullable<ImageOptions["onError"]>;
  readonly onSkip: (skipped: SkippedImage) => void;
  /** Throws `UnreadableImage` for a file at fault. */
  load(index: number, signal?: AbortSignal): Promise<RawImage>;
  close?(): void | Promise<void>;
}

/** An open dataset of files, some of which may be unreadable. */
export function openImages(source: ImageSource): OpenDataset {
  const {
    who,
    samples,
    classes,
    labelled = classes !== undefined,
    shards,
    onError,
    onSkip,
    load,
    close,
  } = source;
  const unreadable = new Set<number>();

  async function image(index: number, signal?: AbortSignal): Promise<RawImage> {
    for (const candidate of standIns(samples, index)) {
      if (unreadable.has(candidate)) continue;
      try {
        return await load(candidate, signal);
      } catch (error) {
        if (!(error instanceof UnreadableImage)) throw error;
        const { path } = samples[candidate];
        if (onError === "throw") {
          throw new ContrastiveError({
            who,
            what: `${path} can't be read: ${error.message}`,
            fix: 'Mend or remove it, or set onError: "skip"',
            cause: error,
          });
        }
        // Reads overlap: another may have met it meanwhile.
        if (unreadable.has(candidate)) continue;
        unreadable.add(candidate);
        onSkip({ path, why: error.message, count: unreadable.size });
      }
    }
    const { label, path } = samples[index];
    throw new ContrastiveError({
      who,
      what: `none of the images${labelled ? ` of class "${classes?.[label] ?? label}"` : ""} can be read`,
      got: path,
      fix: "They are damaged, or of a kind that can't be decoded here",
    });
  }

  return openIndexed({
    who,
    size: samples.length,
    classes,
    shards,
    ...(labelled && { labels: Int32Array.from(samples, ({ label }) => label) }),
    image,
    close,
  });
}

/** The sample itself, then the others of its class, from the next one on. */
function* standIns(samples: readonly Sample[], index: number): Generator<number> {
  for (let step = 0; step < samples.length; step++) {
    const candidate = (index + step) % samples.length;
    if (samples[candidate].label === samples[index].label) yield candidate;
  }
}
