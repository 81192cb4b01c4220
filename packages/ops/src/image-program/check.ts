import type { ImageBytes, ImageProgram, ImageShape, ImageStep } from "./format.js";

/**
 * Throws unless the program can be done on the image and makes what it promises. Returns the pixels of the largest image that it
 * works on, of which what a first crop leaves out is no part.
 */
export function checkImageProgram(image: ImageBytes, { steps, output }: ImageProgram): number {
  checkImage(image);
  let made: ImageShape = image;
  let largest = steps[0]?.op === "resizedCrop" ? 0 : image.height * image.width;
  steps.forEach((step, i) => {
    checkStep(step, i, made);
    if (step.op !== "resizedCrop") return;
    made = { height: step.outHeight, width: step.outWidth, channels: image.channels };
    largest = Math.max(largest, made.height * made.width);
  });
  checkOutput(made, output);
  return largest;
}

/** Throws unless the image is grey or RGB and its data of the size it states. */
function checkImage(image: ImageBytes): void {
  const { data, height, width, channels } = image;
  if (channels !== 1 && channels !== 3) {
    fail(`an image must have 1 or 3 channels, got ${channels}`);
  }
  if (data.length !== height * width * channels) {
    fail(`an image of ${describe(image)} must have ${height * width * channels} bytes, got ${data.length}`);
  }
}

/** Throws unless the step can be done on an image of that shape. */
function checkStep(step: ImageStep, index: number, image: ImageShape): void {
  switch (step.op) {
    case "resizedCrop":
      if (
        !isCount(step.height, step.width, step.outHeight, step.outWidth) ||
        !Number.isInteger(step.top) ||
        !Number.isInteger(step.left) ||
        step.top < 0 ||
        step.left < 0 ||
        step.top + step.height > image.height ||
        step.left + step.width > image.width
      ) {
        failStep(step, index, `the box must lie in an image of ${describe(image)}, all in whole pixels`);
      }
      return;
    case "brightness":
    case "contrast":
    case "saturation":
      if (!(step.factor >= 0)) failStep(step, index, "the factor must be >= 0");
      return;
    case "hue":
      if (!(Math.abs(step.shift) <= 0.5)) failStep(step, index, "the shift must be -0.5 to 0.5");
      return;
    case "gaussianBlur":
      if (!isCount(step.kernelSize) || step.kernelSize % 2 === 0) {
        failStep(step, index, "the kernel size must be odd");
      }
      if (!(step.sigma > 0)) failStep(step, index, "sigma must be > 0");
      if (step.kernelSize >= 2 * Math.min(image.height, image.width)) {
        failStep(step, index, `half the kernel must be smaller than an image of ${describe(image)}`);
      }
      return;
    case "flipHorizontal":
    case "flipVertical":
    case "grayscale":
      return;
    default:
      // A program may come from JSON, and from a later version.
      fail(`step ${index} is of an unknown kind, got ${JSON.stringify(step satisfies never)}`);
  }
}

/** Throws unless the program made what it promised. */
function checkOutput(made: ImageShape, promised: ImageShape): void {
  if (!sameShape(made, promised)) fail(`promised ${describe(promised)} and made ${describe(made)}`);
}

export function sameShape(a: ImageShape, b: ImageShape): boolean {
  return a.height === b.height && a.width === b.width && a.channels === b.channels;
}

export function describe({ height, width, channels }: ImageShape): string {
  return `${height}×${width}×${channels}`;
}

export function fail(what: string): never {
  throw new Error(`image program: ${what}`);
}

function failStep(step: ImageStep, index: number, what: string): never {
  fail(`step ${index}: ${what}, got ${JSON.stringify(step)}`);
}

function isCount(...values: readonly number[]): boolean {
  return values.every((value) => Number.isInteger(value) && value > 0);
}
