import { ContrastiveError, type RawImage } from "@contrastive/core";
import type { ReadFile } from "@contrastive/data/files";

/** The author's binary format: records of label bytes and an image of 32 × 32 in red, green and blue planes. */
export interface RecordFormat {
  readonly labelBytes: number;
  /** Which of the label bytes is the label. */
  readonly labelAt: number;
  readonly classes: number;
}

export interface Records {
  readonly labels: Int32Array;
  image(index: number): RawImage;
}

export const side = 32;
const plane = side * side;
export const imageBytes = 3 * plane;

/**
 * The records of files, one after the other.
 *
 * Throws if a file is not made of whole records, naming the size that the original has, or a label is out of range.
 */
export function parseRecords(
  who: string,
  files: readonly ReadFile[],
  { labelBytes, labelAt, classes }: RecordFormat,
  originalRecords: number,
): Records {
  const recordBytes = labelBytes + imageBytes;
  const records: Uint8Array[] = [];
  for (const { path, bytes } of files) {
    if (bytes.length === 0 || bytes.length % recordBytes !== 0) {
      throw new ContrastiveError({
        who,
        what:
          `${path} must be made of whole records of ${recordBytes} bytes ` +
          `(the original has ${originalRecords * recordBytes} bytes)`,
        got: bytes.length,
        fix: "It is cut short, or of another format: delete it, and download or unpack it again",
      });
    }
    for (let start = 0; start < bytes.length; start += recordBytes) {
      const record = bytes.subarray(start, start + recordBytes);
      if (record[labelAt] >= classes) {
        throw new ContrastiveError({
          who,
          what: `${path}: the label of record ${start / recordBytes} must be in 0..${classes - 1}`,
          got: record[labelAt],
          fix: "The file is damaged, or of another dataset: download or unpack it again",
        });
      }
      records.push(record);
    }
  }
  return {
    labels: Int32Array.from(records, (record) => record[labelAt]),
    image: (index) => ({
      data: channelsLast(records[index].subarray(labelBytes)),
      height: side,
      width: side,
      channels: 3,
    }),
  };
}

/** An image of 32 × 32 from its planes. */
export function channelsLast(planes: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(imageBytes);
  for (let pixel = 0; pixel < plane; pixel++) {
    pixels[3 * pixel] = planes[pixel];
    pixels[3 * pixel + 1] = planes[plane + pixel];
    pixels[3 * pixel + 2] = planes[2 * plane + pixel];
  }
  return pixels;
}
