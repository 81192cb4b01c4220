import type { ImageProgramAttributes } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { createImageExecutor, type ImageExecutor } from "../images/executor.js";
import { readModule } from "../images/read-module.js";
import { kernel } from "./kernel.js";

let execute: ImageExecutor | undefined;

/** Kernel `ImageProgram` of @contrastive/ops, with the bits of its reference: compiled, on the processor, and one upload. */
export const imageProgram = kernel<never, ImageProgramAttributes>("ImageProgram", ({ attrs }) => {
  execute ??= createImageExecutor(readModule());
  const { height, width, channels } = attrs.output;
  return tf.tensor4d(execute(attrs), [attrs.programs.length, height, width, channels]);
});
