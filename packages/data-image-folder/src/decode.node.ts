import { open } from "node:fs/promises";
import type { RawImage } from "@contrastive/core";
import sharp from "sharp";
import type { FilePart, ImageInput } from "./image-input.js";
import type { Decoding } from "./options.js";

// Images are the unit of parallel work, and no file is read twice.
sharp.concurrency(1);
sharp.cache(false);

/** An image as `size` and `fit` say, in 3 channels of sRGB. Throws sharp's error, or one that gives the image's pixels. */
export async function decode(
  input: ImageInput,
  { size, fit, maxPixels }: Required<Decoding>,
): Promise<RawImage> {
  const encoded = await encodedImage(input);
  try {
    const { data, info } = await sharp(encoded, {
      // What decoders merely warn of is common in the wild.
      failOn: "error",
      limitInputPixels: maxPixels,
      // Of animated files the first frame.
      pages: 1,
    })
      .autoOrient()
      .flatten({ background: "white" })
      // Grey gets 3 channels, CMYK is converted by its profile, 16 bits become 8.
      .toColourspace("srgb")
      .resize(size, size, { fit: fit === "square" ? "cover" : "outside" })
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const { height, width, channels } = info;
    return { data, height, width, channels };
  } catch (error) {
    if (error instanceof Error && error.message.includes("pixel limit"))
      throw await tooLarge(encoded, maxPixels);
    throw error;
  }
}

async function encodedImage(input: ImageInput): Promise<string | Uint8Array<ArrayBuffer>> {
  if (typeof input === "string") return input;
  return "bytes" in input ? input.bytes : readPart(input);
}

async function readPart({ path, offset, length }: FilePart): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, offset);
    if (bytesRead === length) return bytes;
    throw new Error(`the file ends at byte ${offset + bytesRead}, and the image at ${offset + length}`);
  } finally {
    await file.close();
  }
}

async function tooLarge(encoded: string | Uint8Array<ArrayBuffer>, maxPixels: number): Promise<Error> {
  const { width, height } = await sharp(encoded, { limitInputPixels: false }).metadata();
  return new Error(`it has ${width} × ${height} pixels, more than maxPixels, ${maxPixels}`);
}
