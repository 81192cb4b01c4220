import type { ChannelStatistics, Dataset, Split } from "@contrastive/core";
import { openIndexed } from "@contrastive/data";
import { type DownloadProgress, readFiles } from "@contrastive/data/files";
import * as z from "zod";
import { parseRecords, type RecordFormat } from "./records.js";

/** The archive that the author publishes. */
export interface Archive {
  readonly url: string;
  readonly md5: string;
  /** The one folder in it, which holds the files. */
  readonly folder: string;
}

const authorsPage = "https://www.cs.toronto.edu/~kriz/cifar.html";

/** What CIFAR-10 and CIFAR-100 differ in. */
export interface Variant {
  readonly name: string;
  readonly archive: Archive;
  readonly files: Readonly<Record<Split, readonly string[]>>;
  /** In each file of the original. */
  readonly recordsPerFile: Readonly<Record<Split, number>>;
  readonly format: RecordFormat;
  readonly classes: readonly string[];
  readonly statistics: ChannelStatistics;
}

/** The options that both have. */
export interface CifarOptions {
  /**
   * The folder that holds the files or the archive's unpacked folder; in a browser its URL, relative to the page or
   * absolute. Default `"data"`.
   */
  readonly root?: string;
  /** Downloads the archive into `root` where files are missing; in Node only. Default false: nothing is fetched unasked. */
  readonly download?: boolean;
  /** Where `download` finds the archive: the author's page, or a mirror of the same file, for its checksum is checked. */
  readonly url?: string;
  /** Told of the download's progress; not part of the record of a run. */
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** The schema of those options that are recorded. */
export function commonSchema({ url }: Archive) {
  return {
    root: z.string().min(1).default("data"),
    download: z.boolean().default(false),
    url: z.url().default(url),
  };
}

export function open(
  { name, archive, files, recordsPerFile, format, classes }: Variant,
  { root, download, url }: Required<Omit<CifarOptions, "onProgress">>,
  onProgress: CifarOptions["onProgress"],
): Dataset["open"] {
  const who = `dataset "${name}"`;
  return async (split) => {
    const read = await readFiles({
      who,
      root,
      folder: archive.folder,
      names: files[split].map((file) => [file]),
      origin: `${archive.url.slice(archive.url.lastIndexOf("/") + 1)} on ${authorsPage}`,
      downloadable: true,
      ...(download && { download: { kind: "archive", url, md5: archive.md5 } as const }),
      onProgress,
    });
    const { labels, image } = parseRecords(who, read, format, recordsPerFile[split]);
    return openIndexed({ who, size: labels.length, classes, labels, image });
  };
}
