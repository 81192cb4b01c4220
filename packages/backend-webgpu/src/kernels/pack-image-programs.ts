import { encodeImagePrograms, type ImageProgramAttributes } from "@contrastive/ops";
import { HEADER } from "../shaders/image-program/image-program.js";

/** A batch as the shader reads it. Its memory is used again by the next one. */
export interface PackedImagePrograms {
  /** The images one behind the other, each of them once; filled up to a whole word. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** A header for each program, then the steps of all. */
  readonly programs: Uint8Array<ArrayBuffer>;
  /** Of the longest program. */
  readonly steps: number;
}

export function packImagePrograms({ images, programs }: ImageProgramAttributes): PackedImagePrograms {
  const starts = new Map<object, number>();
  let end = 0;
  for (const image of images) {
    if (starts.has(image)) continue;
    starts.set(image, end);
    end += image.data.length;
  }
  const pixels = pixelMemory(4 * Math.ceil(end / 4));
  let packed = 0;
  for (const image of images) {
    if (starts.get(image) !== packed) continue;
    pixels.set(image.data, packed);
    packed += image.data.length;
  }

  const { steps, lengths, data } = encodeImagePrograms(programs);
  const headers = HEADER * programs.length;
  const bytes = programMemory(4 * (headers + data.length));
  const header = new Uint32Array(bytes.buffer, 0, headers);
  images.forEach((image, i) => {
    header[HEADER * i] = starts.get(image)!;
    header[HEADER * i + 1] = image.height;
    header[HEADER * i + 2] = image.width;
    header[HEADER * i + 3] = lengths[i];
  });
  new Float32Array(bytes.buffer, 4 * headers, data.length).set(data);
  return { pixels, programs: bytes, steps };
}

/** The bytes of the images, each counted once. */
export function pixelBytes({ images }: ImageProgramAttributes): number {
  return [...new Set(images)].reduce((sum, { data }) => sum + data.length, 0);
}

const pixelMemory = reused();
const programMemory = reused();

/** The beginning of memory that grows as it must and is never given back. */
function reused(): (length: number) => Uint8Array<ArrayBuffer> {
  let memory = new Uint8Array(0);
  return (length) => {
    if (memory.length < length) memory = new Uint8Array(length);
    return memory.subarray(0, length);
  };
}
