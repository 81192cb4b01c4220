import * as tf from "@tensorflow/tfjs-core";
import { defineOp } from "../op.js";
import { fail } from "./check.js";
import { commonOutput } from "./encode.js";
import type { ImageBytes, ImageProgram, ImageShape } from "./format.js";
import { type ChannelScaling, normalizeInPlace } from "./normalize.js";
import { runImageProgram } from "./run.js";

/** What a kernel named "ImageProgram" gets as its attributes; `encodeImagePrograms` makes numbers of the programs. */
export interface ImageProgramAttributes {
  /** One for each program; they may differ in size, and an image of several programs is the same object. */
  readonly images: readonly ImageBytes[];
  readonly programs: readonly ImageProgram[];
  readonly output: ImageShape;
  /** After the programs; its lists are as long as an image has channels. */
  readonly normalize?: ChannelScaling;
}

const imageProgram = defineOp<Record<never, never>, ImageProgramAttributes>({
  name: "ImageProgram",
  reference: (_inputs, attributes) => [imageProgramReference(attributes)],
});

/** The kernel "ImageProgram" in plain JavaScript and one upload. The caller owns the result. */
export function imageProgramReference(attributes: ImageProgramAttributes): tf.Tensor4D {
  const { programs, output } = attributes;
  const { height, width, channels } = output;
  const values = new Float32Array(programs.length * height * width * channels);
  runImagePrograms(attributes, values, programs.keys());
  return tf.tensor4d(values, [programs.length, height, width, channels]);
}

/** Runs the programs at these places in plain JavaScript and normalises, into the values of all. */
export function runImagePrograms(
  { images, programs, output, normalize }: ImageProgramAttributes,
  values: Float32Array,
  places: Iterable<number>,
): void {
  const size = output.height * output.width * output.channels;
  for (const place of places) {
    runImageProgram(images[place], programs[place], values, place * size);
    // Now, while the image is near the processor.
    if (normalize !== undefined) {
      normalizeInPlace(values.subarray(place * size, (place + 1) * size), normalize);
    }
  }
}

export interface ImageProgramOptions {
  /** What is subtracted from the programs' values, and what they are divided by: one value, or one a channel. */
  readonly normalize?: ChannelScaling;
}

/**
 * Runs one program on each image: float32 `[images, height, width, channels]` of the programs' output shape, minus `mean` and
 * divided by `std` where `normalize` is given.
 *
 * Runs the active backend's kernel "ImageProgram" where there is one, else `runImageProgram` and one upload. Throws
 * if there is not one program for each image, if the programs' output shapes differ, or if `normalize` has neither one value nor
 * one a channel.
 */
export function applyImagePrograms(
  images: readonly ImageBytes[],
  programs: readonly ImageProgram[],
  options: ImageProgramOptions = {},
): tf.Tensor4D {
  const [batch] = imageProgram({}, imageProgramAttributes(images, programs, options));
  return batch as tf.Tensor4D;
}

/** What the kernel "ImageProgram" gets for these arguments of `applyImagePrograms`. Throws as that does. */
export function imageProgramAttributes(
  images: readonly ImageBytes[],
  programs: readonly ImageProgram[],
  { normalize }: ImageProgramOptions = {},
): ImageProgramAttributes {
  if (images.length !== programs.length) {
    fail(
      `there must be a program for each image, got ${images.length} images and ${programs.length} programs`,
    );
  }
  const output = commonOutput(programs);
  return {
    images,
    programs,
    output,
    ...(normalize && {
      normalize: {
        mean: eachChannel("mean", normalize.mean, output),
        std: eachChannel("std", normalize.std, output),
      },
    }),
  };
}

function eachChannel(name: string, values: readonly number[], { channels }: ImageShape): readonly number[] {
  if (values.length === channels) return values;
  if (values.length === 1) return Array<number>(channels).fill(values[0]);
  return fail(
    `normalize.${name} must have 1 value or one for each of ${channels} channels, got ${values.length}`,
  );
}
