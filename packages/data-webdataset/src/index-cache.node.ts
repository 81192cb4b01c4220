import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { ContrastiveError } from "@contrastive/core";
import type { RandomAccess } from "@contrastive/data/files";
import * as z from "zod";
import type { IndexedSample, MemberChoice } from "./shard-index.js";

const fileSchema = z.object({
  format: z.literal("contrastive shard index 1"),
  size: z.number(),
  version: z.string(),
  /** Column by column, which is shorter. */
  file: z.array(z.string()),
  offset: z.array(z.number()),
  length: z.array(z.number()),
  label: z.array(z.string()).optional(),
});

/**
 * The index of a shard: from the folder if it is there, of this size and time; otherwise made, and put there in one step.
 *
 * One that is damaged, or of an earlier state of the shard, is made anew.
 */
export async function cachedIndex(
  folder: string | undefined,
  { path, size, version }: RandomAccess,
  choice: MemberChoice,
  make: () => Promise<readonly IndexedSample[]>,
): Promise<readonly IndexedSample[]> {
  // Where nothing tells whether it has changed, it can't be known by its index.
  if (folder === undefined || version === "") return make();
  const digest = createHash("sha256")
    .update(JSON.stringify([path, choice]))
    .digest("hex")
    .slice(0, 16);
  const name = basename(path).replaceAll(/[^\w.-]/g, "_");
  const file = join(resolve(folder), `${name.slice(0, 80)}-${digest}.json`);
  const known = await read(file);
  if (known !== undefined && known.size === size && known.version === version) return known.samples;
  const samples = await make();
  const labels = samples.map(({ label }) => label).filter((label) => label !== undefined);
  const content: z.infer<typeof fileSchema> = {
    format: "contrastive shard index 1",
    size,
    version,
    file: samples.map((sample) => sample.file),
    offset: samples.map(({ offset }) => offset),
    length: samples.map(({ length }) => length),
    ...(labels.length > 0 && { label: labels }),
  };
  await writeInOneStep(file, JSON.stringify(content));
  return samples;
}

async function read(file: string) {
  try {
    const parsed = fileSchema.parse(JSON.parse(await readFile(file, "utf8")));
    const { size, version, file: files, offset, length, label } = parsed;
    const count = files.length;
    if ([offset, length, label ?? files].some((column) => column.length !== count)) return undefined;
    const samples = files.map((name, i) => ({
      file: name,
      offset: offset[i],
      length: length[i],
      ...(label && { label: label[i] }),
    }));
    return { size, version, samples };
  } catch {
    return undefined;
  }
}

async function writeInOneStep(file: string, content: string): Promise<void> {
  const aside = `${file}.${process.pid}-${randomUUID().slice(0, 8)}.partial`;
  try {
    await mkdir(resolve(file, ".."), { recursive: true });
    await writeFile(aside, content);
    await rename(aside, file);
  } catch (cause) {
    await rm(aside, { force: true });
    throw new ContrastiveError({
      who: 'dataset "web-dataset"',
      what: `the index ${file} can't be written: ${String(cause)}`,
      fix: "Make room for it, or leave out the option cache",
      cause,
    });
  }
}
