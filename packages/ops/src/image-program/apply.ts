import * as tf from "@tensorflow/tfjs-core";
import { defineOp } from "../op.js";
import { fail } from "./check.js";
import { commonOutput } from "./encode.js";
import type { ImageBytes, ImageProgram, ImageShape } from "./format.js";
import { runImageProgram } from "./run.js";

/** What a kernel named "ImageProgram" gets as its attributes; `encodeImagePrograms` makes numbers of the programs. */
export interface ImageProgramAttributes {
  /** One for each program; they may differ in size. */
  readonly images: readonly ImageBytes[];
  readonly programs: readonly ImageProgram[];
  readonly output: ImageShape;
}

const imageProgram = defineOp<Record<never, never>, ImageProgramAttributes>({
  name: "ImageProgram",
  reference: (_inputs, { images, programs, output }) => {
    const { height, width, channels } = output;
    const size = height * width * channels;
    const values = new Float32Array(programs.length * size);
    programs.forEach((program, i) => runImageProgram(images[i], program, values, i * size));
    return [tf.tensor4d(values, [programs.length, height, width, channels])];
  },
});

/**
 * Runs one program on each image: float32 `[images, height, width, channels]` of the programs' output shape.
 *
 * Runs the active backend's kernel "ImageProgram" where there is one, else `runImageProgram` and one upload. Throws
 * if there is not one program for each image, or if the programs' output shapes differ.
 */
export function applyImagePrograms(
  images: readonly ImageBytes[],
  programs: readonly ImageProgram[],
): tf.Tensor4D {
  if (images.length !== programs.length) {
    fail(
      `there must be a program for each image, got ${images.length} images and ${programs.length} programs`,
    );
  }
  const output = commonOutput(programs);
  const [batch] = imageProgram({}, { images, programs, output });
  return batch as tf.Tensor4D;
}
