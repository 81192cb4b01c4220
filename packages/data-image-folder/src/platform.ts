import { ContrastiveError, type OpenDataset } from "@contrastive/core";
import type { FilesOfSplit } from "./files-of-split.js";

/** What a page has in the place of a disk: nothing. */
export async function listFiles(who: string, root: string): Promise<readonly string[]> {
  throw noFolders(who, root);
}

export async function readList(
  who: string,
  list: string,
): Promise<{ readonly content: string; readonly folder: string }> {
  throw noFolders(who, list);
}

export async function openFiles({ who, root }: FilesOfSplit): Promise<OpenDataset> {
  throw noFolders(who, root);
}

function noFolders(who: string, path: string): ContrastiveError {
  return new ContrastiveError({
    who,
    what: "a page can't read folders by their path",
    got: path,
    fix: "Let the visitor choose one, and take imageFiles({ files })",
  });
}
