import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ContrastiveError, type RawImage } from "@contrastive/core";
import { decode } from "fast-png";
import { decodeNpy } from "./npy.js";

/** Images, and a name for each. */
export interface NamedImages {
  readonly names: readonly string[];
  readonly images: readonly RawImage[];
}

/** Reads a `.npy` of uint8 `[n, h, w, c]`, a PNG file, or a folder of PNG files in the order of their names. */
export async function readImages(path: string): Promise<NamedImages> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined)
    throw new ContrastiveError({ who: "images", what: `there is no file or folder ${path}` });
  if (!stats.isDirectory()) {
    const bytes = await readFile(path);
    return path.endsWith(".npy")
      ? splitArray(path, bytes)
      : { names: [path], images: [readPng(path, bytes)] };
  }
  const names = (await readdir(path)).filter((name) => name.toLowerCase().endsWith(".png")).sort();
  if (names.length === 0)
    throw new ContrastiveError({ who: "images", what: `there are no PNG files in ${path}` });
  const images = await Promise.all(
    names.map(async (name) => readPng(join(path, name), await readFile(join(path, name)))),
  );
  return { names, images };
}

function splitArray(path: string, bytes: Uint8Array): NamedImages {
  const { shape, data } = decodeNpy(bytes, path);
  const [count, height, width, channels] = shape;
  if (shape.length !== 4 || !(data instanceof Uint8Array)) {
    throw new ContrastiveError({ who: path, what: "must be uint8 of shape [n, h, w, c]", got: shape });
  }
  const size = height * width * channels;
  const images = Array.from({ length: count }, (_, i) => ({
    height,
    width,
    channels,
    data: data.subarray(i * size, (i + 1) * size),
  }));
  return { names: images.map((_, i) => String(i)), images };
}

/** Gray or colour of 8 bits; alpha says nothing about colour, and is left out. */
function readPng(path: string, bytes: Uint8Array): RawImage {
  let png: ReturnType<typeof decode>;
  try {
    png = decode(bytes);
  } catch (cause) {
    throw new ContrastiveError({ who: path, what: `is not a PNG: ${(cause as Error).message}`, cause });
  }
  const { width, height, channels, data, depth, palette } = png;
  if (depth !== 8 || palette !== undefined) {
    throw new ContrastiveError({
      who: path,
      what: "must be a PNG of 8 bits a channel, without a palette",
      got: palette === undefined ? `${depth} bits` : "a palette",
    });
  }
  const kept = channels === 2 ? 1 : Math.min(channels, 3);
  const pixels = new Uint8Array(width * height * kept);
  for (let i = 0; i < pixels.length; i++) pixels[i] = data[Math.floor(i / kept) * channels + (i % kept)];
  return { width, height, channels: kept, data: pixels };
}
