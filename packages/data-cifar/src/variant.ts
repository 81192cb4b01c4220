import type { ChannelStatistics, Dataset, Split } from "@contrastive/core";
import { openIndexed } from "@contrastive/data";
import { type DownloadProgress, readFiles } from "@contrastive/data/files";
import * as z from "zod";
import { type BatchFormat, parseBatches } from "./batches.js";
import { parseRecords, type RecordFormat } from "./records.js";

/** The archive that the author publishes. */
export interface Archive {
  readonly url: string;
  readonly md5: string;
  /** The one folder in it, which holds the files. */
  readonly folder: string;
}

const authorsPage = "https://www.cs.toronto.edu/~kriz/cifar.html";

/** In which of the author's archives the images are: of records, or of pickled batches. */
export type Format = "binary" | "python";

/** What CIFAR-10 and CIFAR-100 differ in. */
export interface Variant {
  readonly name: string;
  readonly archives: Readonly<Record<Format, Archive>>;
  /** Of training and test, in both formats; those of records end in `.bin`. */
  readonly files: Readonly<Record<Split, readonly string[]>>;
  /** In each file of the original. */
  readonly recordsPerFile: Readonly<Record<Split, number>>;
  readonly records: RecordFormat;
  readonly batches: BatchFormat;
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
  /** Which of the author's archives it is: `"binary"` (default), or `"python"`, which torchvision downloads too. */
  readonly format?: Format;
  /** Downloads the archive into `root` where files are missing; in Node only. Default false: nothing is fetched unasked. */
  readonly download?: boolean;
  /** Where `download` finds the archive: the author's page, or a mirror of the same file, for its checksum is checked. */
  readonly url?: string;
  /** Told of the download's progress; not part of the record of a run. */
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** The schema of those options that are recorded, for a format that may not be checked yet. */
export function commonSchema(archives: Variant["archives"], format: Format = "binary") {
  return {
    root: z.string().min(1).default("data"),
    format: z.enum(["binary", "python"]).default("binary"),
    download: z.boolean().default(false),
    url: z.url().default((archives[format] ?? archives.binary).url),
  };
}

export function open(
  { name, archives, files, recordsPerFile, records, batches, classes }: Variant,
  { root, format, download, url }: Required<Omit<CifarOptions, "onProgress">>,
  onProgress: CifarOptions["onProgress"],
): Dataset["open"] {
  const who = `dataset "${name}"`;
  const archive = archives[format];
  const ending = format === "binary" ? ".bin" : "";
  return async (split) => {
    const read = await readFiles({
      who,
      root,
      folder: archive.folder,
      names: files[split].map((file) => [file + ending]),
      origin: `${archive.url.slice(archive.url.lastIndexOf("/") + 1)} on ${authorsPage}`,
      downloadable: true,
      ...(download && { download: { kind: "archive", url, md5: archive.md5 } as const }),
      onProgress,
    });
    const { labels, image } =
      format === "binary"
        ? parseRecords(who, read, records, recordsPerFile[split])
        : parseBatches(who, read, batches);
    return openIndexed({ who, size: labels.length, classes, labels, image });
  };
}
