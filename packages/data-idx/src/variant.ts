import { type ChannelStatistics, type Dataset, parseOptions, type Split } from "@contrastive/core";
import type { DownloadProgress } from "@contrastive/data/files";
import * as z from "zod";
import { openIdx } from "./open-idx.js";

/** What the datasets in the files of MNIST differ in. */
export interface Variant {
  readonly name: string;
  readonly export: string;
  /** Where torchvision puts the files. */
  readonly folder: string;
  /** Of the folder that they are downloaded from. */
  readonly url: string;
  readonly md5: Readonly<Record<string, string>>;
  readonly classes: readonly string[];
  readonly statistics: ChannelStatistics;
}

export interface MnistOptions {
  /**
   * The folder of the four files, plain or .gz, or of torchvision's folder; in a browser its URL, relative to the page
   * or absolute. Default `"data"`.
   */
  readonly root?: string;
  /** Downloads files into `root` where they are missing; in Node only. Default false: nothing is fetched unasked. */
  readonly download?: boolean;
  /** Where `download` finds the four files: a mirror of the same ones, for their checksums are checked. */
  readonly url?: string;
  /** Told of the progress of each file's download; not part of the record of a run. */
  readonly onProgress?: (progress: DownloadProgress) => void;
}

const files: Readonly<Record<Split, { readonly images: string; readonly labels: string }>> = {
  train: { images: "train-images-idx3-ubyte", labels: "train-labels-idx1-ubyte" },
  test: { images: "t10k-images-idx3-ubyte", labels: "t10k-labels-idx1-ubyte" },
};

export function createVariant(variant: Variant, { onProgress, ...given }: MnistOptions): Dataset {
  const { name, folder, md5, classes, statistics } = variant;
  const schema = z.strictObject({
    root: z.string().min(1).default("data"),
    download: z.boolean().default(false),
    url: z.url().default(variant.url),
  });
  const options = parseOptions("dataset", name, schema, given);
  const { root, download, url } = options;
  return {
    name,
    options,
    source: { module: "@contrastive/data-idx", export: variant.export },
    statistics,
    open: (split) =>
      openIdx({
        who: `dataset "${name}"`,
        root,
        folder,
        ...files[split],
        classes,
        transposed: false,
        origin: variant.url,
        downloadable: true,
        ...(download && { download: { kind: "files", url, md5 } as const }),
        onProgress,
      }),
  };
}
