import { ContrastiveError, type Dataset, parseOptions, type Split } from "@contrastive/core";
import * as z from "zod";
import { openFiles, readList } from "#platform";
import { divide, type NamedImage } from "./layout.js";
import { type ImageOptions, imageSchema, testFraction, warnOfSkipped } from "./options.js";
import { parseList } from "./parse-list.js";

export interface ImageListOptions extends ImageOptions {
  /** The list of training images: a .csv file with a header, or a .jsonl file with an object a line. */
  readonly train: string;
  /** The list of test images; default: an even share of each class is held out of `train`. */
  readonly test?: string;
  /** The folder that paths start from; default: the one in which the list is. */
  readonly root?: string;
  /** The column or key with the path; default `"path"`. */
  readonly path?: string;
  /** The column or key with the class, by name or number; default `"label"`. Lists without it have no classes. */
  readonly label?: string;
  /** Without `test`: the share of each class that is held out; default 0.2. */
  readonly testFraction?: number;
  /** A folder in which decoded images are kept, for later epochs and runs; default: none. */
  readonly cache?: string;
}

const text = z.string().min(1);

const schema = z.strictObject({
  train: text,
  test: text.optional(),
  root: text.optional(),
  path: text.default("path"),
  label: text.default("label"),
  testFraction,
  cache: text.optional(),
  ...imageSchema,
});

/**
 * Images that lists name, in CSV or JSON lines, with their classes. In Node.
 *
 * Classes are in alphabetical order, or where all are numbers in theirs. Opening throws for a list that is missing or damaged,
 * and names the line.
 */
export function imageList({ onSkip, ...given }: ImageListOptions): Dataset {
  const options = parseOptions("dataset", "image-list", schema, given);
  const who = 'dataset "image-list"';
  const { train, test, root, path, label, testFraction } = options;

  async function entries(list: string, split?: Split): Promise<NamedImage[]> {
    const { content, folder } = await readList(who, list);
    const rows = parseList(who, list, content, { path, label });
    return rows.map((row) => ({ ...row, path: joined(root ?? folder, row.path), split }));
  }

  return {
    name: "image-list",
    options,
    source: { module: "@contrastive/data-image-folder", export: "imageList" },
    statistics: options.statistics,
    async open(split) {
      const named = [
        ...(await entries(train, test === undefined ? undefined : "train")),
        ...(test === undefined ? [] : await entries(test, "test")),
      ];
      const without = named.find(({ name }) => name === undefined);
      if (without !== undefined && named.some(({ name }) => name !== undefined)) {
        throw new ContrastiveError({
          who,
          what: `all images must have a ${label}, or none`,
          got: without.path,
        });
      }
      const { classes, splits } = divide(named, testFraction);
      return openFiles({
        ...options,
        root: "",
        who,
        split,
        classes,
        samples: splits[split],
        onSkip: onSkip ?? warnOfSkipped(who),
      });
    },
  };
}

function joined(folder: string, path: string): string {
  const isAbsolute = /^([/\\]|[a-z]:)/i.test(path);
  return isAbsolute || folder === "" ? path : `${folder}/${path}`;
}
