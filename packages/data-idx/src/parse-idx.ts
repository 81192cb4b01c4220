import { ContrastiveError, type RawImage } from "@contrastive/core";
import type { ReadFile } from "@contrastive/data/files";

export interface Pictures {
  readonly size: number;
  image(index: number): RawImage;
}

/** The images of an IDX file, `[images, height, width]` or `[images, height, width, channels]`. */
export function parseImages(who: string, file: ReadFile, transposed: boolean): Pictures {
  const { dimensions, values } = parse(who, file, "images", [3, 4]);
  const [size, rows, columns, channels = 1] = dimensions;
  if (rows === 0 || columns === 0 || (channels !== 1 && channels !== 3)) {
    throw new ContrastiveError({
      who,
      what: `${file.path}: images must be of one pixel at least, and 1 or 3 channels`,
      got: dimensions,
    });
  }
  const [height, width] = transposed ? [columns, rows] : [rows, columns];
  const length = height * width * channels;
  return {
    size,
    image(index) {
      const data = values.slice(index * length, (index + 1) * length);
      return { data: transposed ? turned(data, height, width, channels) : data, height, width, channels };
    },
  };
}

/** The labels of an IDX file, `[images]`; throws for one that has no class. */
export function parseLabels(who: string, file: ReadFile, classes?: readonly string[]): Int32Array {
  const { values } = parse(who, file, "labels", [1]);
  const outside = classes === undefined ? -1 : values.findIndex((label) => label >= classes.length);
  if (outside !== -1) {
    throw new ContrastiveError({
      who,
      what: `${file.path}: label ${outside} must be in 0..${classes!.length - 1}`,
      got: values[outside],
      fix: "The file is damaged, or of another dataset",
    });
  }
  return Int32Array.from(values);
}

interface Idx {
  readonly dimensions: readonly number[];
  readonly values: Uint8Array;
}

/**
 * Two zeros, the type of the values (8: bytes), the number of dimensions, each dimension in four bytes from the highest,
 * then the values.
 */
function parse(who: string, { path, bytes }: ReadFile, what: string, ranks: readonly number[]): Idx {
  const rank = bytes[3];
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== 8 || !ranks.includes(rank)) {
    const magic = (rank: number) => `00 00 08 ${hex([rank])}`;
    throw new ContrastiveError({
      who,
      what: `${path} must begin with ${ranks.map(magic).join(" or ")}, as IDX files of ${what} do`,
      got: hex(bytes.subarray(0, 4)),
      fix:
        bytes[2] === 8 ? "Images and labels may have changed places" : "It is damaged, or of another format",
    });
  }
  const header = 4 + 4 * rank;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const dimensions =
    bytes.length < header ? [] : Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const length = dimensions.reduce((product, dimension) => product * dimension, 1);
  if (bytes.length !== header + length) {
    throw new ContrastiveError({
      who,
      what:
        dimensions.length === 0
          ? `${path} must have a header of ${header} bytes`
          : `${path} must have ${header + length} bytes, for ${dimensions.join(" × ")} values`,
      got: bytes.length,
      fix: "It is cut short or damaged: delete it, and download or unpack it again",
    });
  }
  return { dimensions, values: bytes.subarray(header) };
}

function turned(data: Uint8Array, height: number, width: number, channels: number): Uint8Array {
  const pixels = new Uint8Array(data.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (column * height + row) * channels;
      pixels.set(data.subarray(from, from + channels), (row * width + column) * channels);
    }
  }
  return pixels;
}

function hex(bytes: ArrayLike<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
