import {
  checkImageProgram,
  type ImageBytes,
  type ImageProgramAttributes,
  normalizeInPlace,
  runImageProgram,
} from "@contrastive/ops";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { floats } from "../../kernels/kernel.js";
import { bytes } from "../bytes.js";
import { fastKernel } from "../fast-kernel.js";
import { tableOf, type View } from "../images/table.js";
import type { Runtime } from "../runtime.js";

/** Pixels that an image may have while steps run on it; a thread takes 24 bytes for each. */
const MOST_PIXELS = 2 ** 20;

/** Bytes of images that are copied at a time; one that is larger goes alone. */
const MOST_BYTES = 2 ** 25;

/**
 * Kernel `ImageProgram` of @contrastive/ops, with the bits of its reference: copies bytes, each image once, and makes a view as a
 * task. A program that works on a very large image runs in JavaScript.
 */
export const imageProgram = fastKernel<never, ImageProgramAttributes>(
  "ImageProgram",
  ({ attrs: { images, programs, output, normalize }, backend, runtime }) => {
    const { height, width, channels } = output;
    const sizes = programs.map((program, i) => checkImageProgram(images[i], program));
    const out = runtime.output([programs.length, height, width, channels]);
    const size = height * width * channels;
    if (size === 0) return out;

    const views = programs.map((program, place) => ({ image: images[place], program, place }));
    const compiled = views.filter(({ place }) => sizes[place] <= MOST_PIXELS);
    const largest = compiled.reduce((most, { place }) => Math.max(most, sizes[place]), 0);
    for (const part of inParts(compiled)) runCompiled(runtime, part, out, { largest, output, normalize });

    const left = views.filter(({ place }) => sizes[place] > MOST_PIXELS);
    const values = floats(backend, out);
    for (const { image, program, place } of left) {
      runImageProgram(image, program, values, place * size);
      if (normalize !== undefined) {
        normalizeInPlace(values.subarray(place * size, (place + 1) * size), normalize);
      }
    }
    return out;
  },
);

interface PlacedView extends View {
  /** Among the images that come out. */
  readonly place: number;
}

/** Parts in order, whose images have few enough bytes. */
function inParts(views: readonly PlacedView[]): readonly (readonly PlacedView[])[] {
  const parts: PlacedView[][] = [];
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

function runCompiled(
  runtime: Runtime,
  views: readonly PlacedView[],
  out: TensorInfo,
  { largest, output, normalize }: Pick<ImageProgramAttributes, "output" | "normalize"> & { largest: number },
): void {
  const offsets = new Map<ImageBytes, number>();
  let end = 0;
  for (const { image } of views) {
    if (offsets.has(image)) continue;
    offsets.set(image, end);
    end += image.data.length;
  }
  const { table, steps } = tableOf(views, (image) => offsets.get(image)!);
  const scaling = normalize === undefined ? [] : [...normalize.mean, ...normalize.std];
  const places = runtime.workspace({
    table: table.byteLength,
    order: bytes(views.length),
    scaling: bytes(scaling.length),
    // The kernel reads vectors that begin in the last row.
    pixels: end + 16,
  });
  const row = table.length / views.length;
  for (let at = 0; at < table.length; at += row) table[at] += places.pixels;
  runtime.writeBytes(places.table, new Uint8Array(table.buffer));
  runtime.writeIntegers(
    places.order,
    views.map(({ place }) => place),
  );
  runtime.writeBytes(places.scaling, new Uint8Array(Float32Array.from(scaling).buffer));
  for (const [image, offset] of offsets) runtime.writeBytes(places.pixels + offset, image.data);

  const side = views.reduce((most, { image, program }) => Math.max(most, longestSide(image, program)), 0);
  runtime.run(
    "imagePrograms",
    views.length,
    {
      steps,
      channels: output.channels,
      largest,
      side,
      outPixels: output.height * output.width,
      table: places.table,
      scaling: normalize === undefined ? 0 : places.scaling,
      order: places.order,
      out: runtime.addressOf(out),
    },
    runtime.sizes.imageScratch(largest, side),
  );
}

/** Of the image and all that the program makes of it. */
function longestSide({ height, width }: View["image"], { steps }: View["program"]): number {
  let longest = Math.max(height, width);
  for (const step of steps) {
    if (step.op === "resizedCrop" || step.op === "warp") {
      longest = Math.max(longest, step.outHeight, step.outWidth);
    }
  }
  return longest;
}
