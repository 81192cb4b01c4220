import sharp, { type Sharp } from "sharp";

/** A picture of one colour. */
export function flat(
  background: string | { r: number; g: number; b: number; alpha?: number },
  { width = 24, height = 16 } = {},
): Sharp {
  const channels = typeof background === "object" && background.alpha !== undefined ? 4 : 3;
  return sharp({ create: { width, height, channels, background } });
}

/** Red on the left, blue on the right. */
export function halves({ width = 40, height = 20 } = {}): Sharp {
  const data = Buffer.from(
    Array.from({ length: width * height }, (_, i) =>
      i % width < width / 2 ? [255, 0, 0] : [0, 0, 255],
    ).flat(),
  );
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Files of a folder with classes `cats` and `dogs`; each image has a grey of its own. */
export async function catsAndDogs(each = 6): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (let i = 0; i < each; i++) {
    files[`cats/${i}.png`] = await flat({ r: 10 + i, g: 10 + i, b: 10 + i })
      .png()
      .toBuffer();
    files[`dogs/${i}.png`] = await flat({ r: 110 + i, g: 110 + i, b: 110 + i })
      .png()
      .toBuffer();
  }
  return files;
}
