/** A file of a folder, with its path from there: `cats/7.jpg`. */
export interface FileOfFolder {
  readonly path: string;
  readonly file: Blob;
}

/**
 * The files of what a visitor has chosen: a folder's handle (`showDirectoryPicker()`), or the list of an
 * `<input type="file" webkitdirectory>`.
 */
export async function filesOf(
  chosen: FileSystemDirectoryHandle | Iterable<File>,
): Promise<readonly FileOfFolder[]> {
  if (!("kind" in chosen)) {
    // Of a folder, these paths begin with its name.
    return Array.from(chosen, (file) => ({
      path: file.webkitRelativePath.replace(/^.*?\//, "") || file.name,
      file,
    }));
  }
  const found: FileOfFolder[] = [];
  for await (const entry of chosen.values()) {
    if (entry.kind === "file") {
      found.push({ path: entry.name, file: await entry.getFile() });
    } else {
      const below = await filesOf(entry);
      found.push(...below.map(({ path, file }) => ({ path: `${entry.name}/${path}`, file })));
    }
  }
  return found;
}
