import { ContrastiveError } from "@contrastive/core";

export interface DownloadProgress {
  /** Bytes so far, and in all where the server says so. */
  readonly received: number;
  readonly total?: number;
}

/** The archive that the author publishes. */
export interface Archive {
  readonly url: string;
  readonly md5: string;
  /** The one folder in it, which holds the files. */
  readonly folder: string;
}

export interface ReadRequest {
  /** Who speaks in errors: `dataset "cifar10"`. */
  readonly who: string;
  /** A folder or a URL: of the files, or of the archive's folder. */
  readonly root: string;
  readonly names: readonly string[];
  readonly archive: Archive;
  readonly download: boolean;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

export interface ReadFile {
  /** As in errors: a path or a URL. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export const authorsPage = "https://www.cs.toronto.edu/~kriz/cifar.html";

/** The error for files that are not there; `fix` says how else they can be had. */
export function missing({ who, names, archive }: ReadRequest, what: string, fix: string): ContrastiveError {
  const archiveName = archive.url.slice(archive.url.lastIndexOf("/") + 1);
  return new ContrastiveError({
    who,
    what,
    fix: `It takes ${names.join(", ")}, from ${archiveName} on ${authorsPage}; ${fix}`,
  });
}
