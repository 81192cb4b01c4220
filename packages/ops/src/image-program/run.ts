import { bend } from "./bend.js";
import { gaussianBlur } from "./blur.js";
import { createCanvas, load, type Canvas } from "./canvas.js";
import { checkImageProgram } from "./check.js";
import { brightness, contrast, grayscale, hue, saturation } from "./colour.js";
import { erase, eraseWithNoise } from "./erase.js";
import type { ImageBytes, ImageProgram, ImageStep } from "./format.js";
import { crop, flipHorizontal, flipVertical, loadResized, resize } from "./geometry.js";
import { sharpness } from "./sharpness.js";
import { autocontrast, equalize, invert, posterize, solarize } from "./tones.js";
import { warp } from "./warp.js";

// One for all runs: a run never waits, so two never meet on it.
const canvas = createCanvas();

/**
 * Runs a program on one image in plain JavaScript: the reference for the kernel "ImageProgram".
 *
 * Computes in float32, rounded after each operation as is written here, so that a compiled kernel can give the same bits; where
 * pixels come from, and weights, in float64.
 *
 * Writes `height * width * channels` floats of the program's output to `out` from `offset` on. Throws if the image is
 * not as large as it says, if a step can't be done on what it gets, or if the result is not of the promised shape.
 */
export function runImageProgram(
  image: ImageBytes,
  program: ImageProgram,
  out: Float32Array,
  offset: number = 0,
): void {
  const { steps } = program;
  checkImageProgram(image, program);
  let next = 0;
  const first = steps[0];
  if (first?.op === "resizedCrop") {
    // What a first crop leaves out is never converted.
    const { top, left, height, width, outHeight, outWidth } = first;
    if (height === outHeight && width === outWidth) load(canvas, image, top, left, height, width);
    else loadResized(canvas, image, first, outHeight, outWidth);
    next = 1;
  } else {
    load(canvas, image, 0, 0, image.height, image.width);
  }
  for (; next < steps.length; next++) runStep(canvas, steps[next]);
  out.set(canvas.pixels.subarray(0, canvas.height * canvas.width * canvas.channels), offset);
}

function runStep(canvas: Canvas, step: ImageStep): void {
  switch (step.op) {
    case "resizedCrop":
      crop(canvas, step.top, step.left, step.height, step.width);
      return resize(canvas, step.outHeight, step.outWidth);
    case "flipHorizontal":
      return flipHorizontal(canvas);
    case "flipVertical":
      return flipVertical(canvas);
    case "brightness":
      return brightness(canvas, step.factor);
    case "contrast":
      return contrast(canvas, step.factor);
    case "saturation":
      return saturation(canvas, step.factor);
    case "hue":
      return hue(canvas, step.shift);
    case "grayscale":
      return grayscale(canvas);
    case "gaussianBlur":
      return gaussianBlur(canvas, step.kernelSize, step.sigma);
    case "warp":
      return warp(canvas, step);
    case "bend":
      return bend(canvas, step);
    case "solarize":
      return solarize(canvas, step.threshold);
    case "posterize":
      return posterize(canvas, step.bits);
    case "invert":
      return invert(canvas);
    case "equalize":
      return equalize(canvas);
    case "autocontrast":
      return autocontrast(canvas);
    case "sharpness":
      return sharpness(canvas, step.factor);
    case "erase":
      return erase(canvas, step, [step.red, step.green, step.blue]);
    case "eraseWithNoise":
      return eraseWithNoise(canvas, step, step.seed);
  }
}
