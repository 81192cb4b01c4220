import type { ImageProgramAttributes } from "./apply.js";
import { checkImageProgram } from "./check.js";
import type { ImageBytes, ImageProgram } from "./format.js";
import { placesOf, rowLength, writeRow } from "./table.js";

/** Pixels that an image may have while steps run on it; a thread takes 24 bytes for each. */
const MOST_PIXELS = 2 ** 20;

/** Bytes of images in a batch; one that is larger goes alone. */
const MOST_BYTES = 2 ** 25;

/** Programs for one run of the compiled kernel "imagePrograms", of which the source is that of `@contrastive/backend-wasm`. */
export interface CompiledImageBatch {
  /** Of each program among all that are asked for. */
  readonly places: readonly number[];
  /** Each image once, and where its bytes begin. */
  readonly offsets: ReadonlyMap<ImageBytes, number>;
  /** Of all images. The kernel reads up to 16 more. */
  readonly bytes: number;
  /** A row for each program: at first its image's offset, to which the address of the bytes is added, then its steps. */
  readonly table: Float64Array<ArrayBuffer>;
  /** Of the longest program, in a row. */
  readonly steps: number;
  /** Pixels of the largest image that is worked on. */
  readonly largest: number;
  /** The longest side of all images and what is made of them. */
  readonly side: number;
}

/**
 * Divides programs into batches for the compiled kernel; `rest` are the places of those that work on images too large for it.
 * Throws, as the reference does, where a program can't be done.
 */
export function compiledImageBatches({
  images,
  programs,
}: Pick<ImageProgramAttributes, "images" | "programs">): {
  readonly batches: readonly CompiledImageBatch[];
  readonly rest: readonly number[];
} {
  const views = programs.map((program, place): View => {
    const image = images[place];
    return { image, program, place, pixels: checkImageProgram(image, program) };
  });
  return {
    batches: inParts(views.filter(({ pixels }) => pixels <= MOST_PIXELS)).map(batchOf),
    rest: views.filter(({ pixels }) => pixels > MOST_PIXELS).map(({ place }) => place),
  };
}

interface View {
  readonly image: ImageBytes;
  readonly program: ImageProgram;
  readonly place: number;
  /** Of the largest image that the program works on. */
  readonly pixels: number;
}

/** Parts in order, whose images have few enough bytes. */
function inParts(views: readonly View[]): readonly (readonly View[])[] {
  const parts: View[][] = [];
  let images = new Set<ImageBytes>();
  let size = Infinity;
  for (const view of views) {
    const more = images.has(view.image) ? 0 : view.image.data.length;
    if (size + more > MOST_BYTES) {
      parts.push([]);
      images = new Set();
      size = view.image.data.length;
    } else size += more;
    images.add(view.image);
    parts[parts.length - 1].push(view);
  }
  return parts;
}

function batchOf(views: readonly View[]): CompiledImageBatch {
  const offsets = new Map<ImageBytes, number>();
  let bytes = 0;
  for (const { image } of views) {
    if (offsets.has(image)) continue;
    offsets.set(image, bytes);
    bytes += image.data.length;
  }
  // One more for what becomes the first crop.
  const steps =
    1 + largestOf(views, ({ program }) => program.steps.reduce((sum, step) => sum + placesOf(step), 0));
  const length = rowLength(steps);
  const table = new Float64Array(views.length * length);
  views.forEach(({ image, program }, i) =>
    writeRow(table.subarray(i * length, (i + 1) * length), image, program, offsets.get(image)!),
  );
  return {
    places: views.map(({ place }) => place),
    offsets,
    bytes,
    table,
    steps,
    largest: largestOf(views, ({ pixels }) => pixels),
    side: largestOf(views, longestSide),
  };
}

function largestOf(views: readonly View[], value: (view: View) => number): number {
  return views.reduce((most, view) => Math.max(most, value(view)), 0);
}

/** Of the image and all that the program makes of it. */
function longestSide({ image: { height, width }, program: { steps } }: View): number {
  let longest = Math.max(height, width);
  for (const step of steps) {
    if (step.op === "resizedCrop" || step.op === "warp") {
      longest = Math.max(longest, step.outHeight, step.outWidth);
    }
  }
  return longest;
}
