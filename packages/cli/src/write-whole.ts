import { rename, writeFile } from "node:fs/promises";

/** A reader sees the whole file or none of it. */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const aside = `${path}.${process.pid}.tmp`;
  await writeFile(aside, data);
  await rename(aside, path);
}
