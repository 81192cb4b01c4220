import type { RawImage } from "@contrastive/core";
import { UnreadableImage } from "./open-images.js";
import type { Decoding } from "./options.js";

/** An image as `size` and `fit` say, in 3 channels of sRGB, by the browser's decoder; it turns images as their EXIF says. */
export async function decodeBitmap(
  file: Blob,
  { size, fit, maxPixels }: Required<Decoding>,
): Promise<RawImage> {
  const bitmap = await createImageBitmap(file).catch((error) => {
    throw new UnreadableImage(error instanceof Error ? error.message : String(error));
  });
  try {
    const { width, height } = bitmap;
    if (width * height > maxPixels) {
      throw new UnreadableImage(`it has ${width} × ${height} pixels, more than maxPixels, ${maxPixels}`);
    }
    const shorter = Math.min(width, height);
    const [cutWidth, cutHeight] = fit === "square" ? [shorter, shorter] : [width, height];
    const scaled = (length: number) => Math.max(1, Math.round((length * size) / shorter));
    const canvas = new OffscreenCanvas(scaled(cutWidth), scaled(cutHeight));
    const context = canvas.getContext("2d", { willReadFrequently: true })!;
    context.imageSmoothingQuality = "high";
    // What is transparent becomes white.
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    const [left, top] = [(width - cutWidth) / 2, (height - cutHeight) / 2];
    context.drawImage(bitmap, left, top, cutWidth, cutHeight, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return { data: withoutAlpha(data), height: canvas.height, width: canvas.width, channels: 3 };
  } finally {
    bitmap.close();
  }
}

function withoutAlpha(pixels: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((pixels.length / 4) * 3);
  for (let from = 0, to = 0; from < pixels.length; from += 4) {
    rgb[to++] = pixels[from];
    rgb[to++] = pixels[from + 1];
    rgb[to++] = pixels[from + 2];
  }
  return rgb;
}
