import { type Dataset, parseOptions, type RawImage } from "@contrastive/core";
import * as z from "zod";
import { decodeBitmap } from "./decode-bitmap.js";
import type { FileOfFolder } from "./files-of.js";
import { layOut } from "./layout.js";
import { limitTo } from "./limit-to.js";
import { openImages } from "./open-images.js";
import { type ImageOptions, imageSchema, testFraction, warnOfSkipped } from "./options.js";

export interface ImageFilesOptions extends ImageOptions {
  /** Those of a folder that a visitor has chosen, with their paths: `await filesOf(handle)`. */
  readonly files: readonly FileOfFolder[];
  /** Where the folder has no splits: the share of each class that is held out for test; default 0.2. */
  readonly testFraction?: number;
  /** Decoded images are kept in memory up to so many bytes a split; default 256 MiB. Further ones are decoded at each read. */
  readonly keepBytes?: number;
}

const schema = z.strictObject({
  testFraction,
  keepBytes: z
    .int()
    .min(0)
    .default(256 * 2 ** 20),
  ...imageSchema,
});

/** What decodes at a time: each decoded image takes its full size until it is scaled. */
const most = 4;

/**
 * Images in files that a page has been given, laid out as for `imageFolder`, decoded by the browser as they are read.
 *
 * Throws if there are no images. It can't be rebuilt from a run's record, which holds no files.
 */
export function imageFiles({ files, onSkip, ...given }: ImageFilesOptions): Dataset {
  const options = parseOptions("dataset", "image-files", schema, given);
  const who = 'dataset "image-files"';
  const { testFraction, keepBytes, onError, statistics } = options;
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  const { classes, splits } = layOut(who, [...byPath.keys()], testFraction);
  return {
    name: "image-files",
    options: { ...options, train: splits.train.length, test: splits.test.length },
    statistics,
    async open(split) {
      const samples = splits[split];
      const kept: RawImage[] = [];
      let bytes = 0;
      const limited = limitTo(most);
      return openImages({
        who,
        samples,
        classes,
        onError,
        onSkip: onSkip ?? warnOfSkipped(who),
        async load(index, signal) {
          if (kept[index] !== undefined) return kept[index];
          const image = await limited(() => {
            signal?.throwIfAborted();
            return decodeBitmap(byPath.get(samples[index].path)!, options);
          });
          if (bytes + image.data.length <= keepBytes && kept[index] === undefined) {
            kept[index] = image;
            bytes += image.data.length;
          }
          return image;
        },
        close: () => void (kept.length = 0),
      });
    },
  };
}
