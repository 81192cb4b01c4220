import { type Dataset, parseOptions } from "@contrastive/core";
import * as z from "zod";
// Files in Node; elsewhere an error: see "imports" in package.json.
import { listFiles, openFiles } from "#platform";
import { layOut } from "./layout.js";
import { type ImageOptions, imageSchema, testFraction, warnOfSkipped } from "./options.js";

export interface ImageFolderOptions extends ImageOptions {
  /** The folder; default `"data"`. */
  readonly root?: string;
  /** Where the folder has no splits: the share of each class that is held out for test; default 0.2. */
  readonly testFraction?: number;
  /** A folder in which decoded images are kept, for later epochs and runs; default: none. */
  readonly cache?: string;
}

const schema = z.strictObject({
  root: z.string().min(1).default("data"),
  testFraction,
  cache: z.string().min(1).optional(),
  ...imageSchema,
});

/**
 * A folder of images: `class/name.jpg`, below `train` and `val` or `test` where there are splits. In Node.
 *
 * Images are decoded as they are read, beside the program, to 3 channels. Opening throws if the folder is missing or has no
 * images.
 */
export function imageFolder({ onSkip, ...given }: ImageFolderOptions = {}): Dataset {
  const options = parseOptions("dataset", "image-folder", schema, given);
  const who = 'dataset "image-folder"';
  return {
    name: "image-folder",
    options,
    source: { module: "@contrastive/data-image-folder", export: "imageFolder" },
    statistics: options.statistics,
    async open(split) {
      const { root, testFraction } = options;
      const { classes, splits } = layOut(who, await listFiles(who, root), testFraction);
      return openFiles({
        ...options,
        who,
        split,
        classes,
        samples: splits[split],
        onSkip: onSkip ?? warnOfSkipped(who),
      });
    },
  };
}
