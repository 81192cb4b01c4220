import type { RawImage } from "@contrastive/core";
import sharp from "sharp";
import type { Decoding } from "./options.js";

// Images are the unit of parallel work, and no file is read twice.
sharp.concurrency(1);
sharp.cache(false);

/** An image as `size` and `fit` say, in 3 channels of sRGB. Throws sharp's error, or one that gives the image's pixels. */
export async function decode(path: string, { size, fit, maxPixels }: Required<Decoding>): Promise<RawImage> {
  try {
    const { data, info } = await sharp(path, {
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
      throw await tooLarge(path, maxPixels);
    throw error;
  }
}

async function tooLarge(path: string, maxPixels: number): Promise<Error> {
  const { width, height } = await sharp(path, { limitInputPixels: false }).metadata();
  return new Error(`it has ${width} × ${height} pixels, more than maxPixels, ${maxPixels}`);
}
