import { packTar } from "modern-tar";
import sharp from "sharp";

/** A shard with these files, in this order. */
export function shard(files: Readonly<Record<string, Uint8Array | string>>): Promise<Uint8Array> {
  return packTar(
    Object.entries(files).map(([name, content]) => {
      const body = typeof content === "string" ? new TextEncoder().encode(content) : content;
      return { header: { name, size: body.length, type: "file" as const }, body };
    }),
  );
}

/** A picture of one grey. */
export function grey(value: number, format: "png" | "jpeg" | "webp" = "png"): Promise<Buffer> {
  const background = { r: value, g: value, b: value };
  const picture = sharp({ create: { width: 12, height: 8, channels: 3, background } });
  return picture[format]().toBuffer();
}

/** Files of samples with these labels; the grey of each is its number, from `first` on. */
export async function samples(
  labels: readonly string[],
  first = 0,
): Promise<Record<string, Uint8Array | string>> {
  const files: Record<string, Uint8Array | string> = {};
  for (const [i, label] of labels.entries()) {
    const key = String(first + i).padStart(4, "0");
    files[`${key}.png`] = await grey(first + i);
    files[`${key}.cls`] = label;
  }
  return files;
}

/** Three shards of train with 4, 3 and 5 samples and one of test, by their names. */
export async function shards(): Promise<Record<string, Uint8Array>> {
  return {
    "train-00.tar": await shard(await samples(["0", "1", "2", "0"])),
    "train-01.tar": await shard(await samples(["1", "2", "0"], 4)),
    "train-02.tar": await shard(await samples(["1", "2", "0", "1", "2"], 7)),
    "test.tar": await shard(await samples(["2", "1", "0"], 100)),
  };
}
