import { ContrastiveError } from "@contrastive/core";

export interface DownloadProgress {
  /** Bytes so far, and in all where the server says so. */
  readonly received: number;
  readonly total?: number;
}

/** What a download fetches: one archive (.tar.gz) with a single folder in it, or the files one by one. */
export type DownloadSource =
  | { readonly kind: "archive"; readonly url: string; readonly md5: string }
  /** `url` is of the folder that they lie in; `md5` by file name. */
  | { readonly kind: "files"; readonly url: string; readonly md5: Readonly<Record<string, string>> };

export interface FilesRequest {
  /** Who speaks in errors: `dataset "cifar10"`. */
  readonly who: string;
  /** A folder or a URL: of the files, or of what holds `folder`. */
  readonly root: string;
  /** The folder in `root` that may hold the files: what an archive unpacks to. */
  readonly folder: string;
  /** Each by the names that it may have; the first is the one that errors give. */
  readonly names: readonly (readonly string[])[];
  /** Where they come from, for errors: `cifar-10-binary.tar.gz on https://…`. Absent where they are one's own. */
  readonly origin?: string;
  /** Fetches them where they are missing; in Node only. */
  readonly download?: DownloadSource;
  /** Whether the dataset could download them, for errors. */
  readonly downloadable?: boolean;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

export interface ReadFile {
  /** As in errors: a path or a URL. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The error for files that are not there; `fix` says how they can be had. */
export function missing({ who, names, origin }: FilesRequest, what: string, fix: string): ContrastiveError {
  const from = origin === undefined ? "" : `, from ${origin}`;
  return new ContrastiveError({
    who,
    what,
    fix: `It takes ${names.map(([name]) => name).join(", ")}${from}; ${fix}`,
  });
}
