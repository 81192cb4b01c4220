import {
  borders,
  type ImageBytes,
  type ImageProgram,
  type ImageShape,
  type ImageStep,
  interpolations,
  type WarpStep,
} from "./format.js";

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
    if (step.op !== "resizedCrop" && step.op !== "warp") return;
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
      if (!isCount(step.outHeight, step.outWidth)) failBox(step, index, image);
      return checkBox(step, index, image);
    case "erase":
      for (const value of [step.red, step.green, step.blue]) {
        if (!isShare(value)) failStep(step, index, "the colour must be of values in 0..1");
      }
      return checkBox(step, index, image);
    case "eraseWithNoise":
      if (!Number.isInteger(step.seed) || step.seed < 0 || step.seed >= 2 ** 24) {
        failStep(step, index, "the seed must be a whole number from 0 to below 2 ** 24");
      }
      return checkBox(step, index, image);
    case "warp":
      return checkWarp(step, index);
    case "bend": {
      const { x0, y0, x1, y1, x2, y2, x3, y3 } = step;
      if (![x0, y0, x1, y1, x2, y2, x3, y3].every((place) => Math.abs(place) <= 65_536)) {
        failStep(step, index, "the places must be numbers of at most 65536");
      }
      return;
    }
    case "solarize":
      if (!isShare(step.threshold)) failStep(step, index, "the threshold must be 0 to 1");
      return;
    case "posterize":
      if (!Number.isInteger(step.bits) || step.bits < 0 || step.bits > 8) {
        failStep(step, index, "the bits must be a whole number from 0 to 8");
      }
      return;
    case "brightness":
    case "contrast":
    case "saturation":
    case "sharpness":
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
    case "invert":
    case "equalize":
    case "autocontrast":
      return;
    default:
      // A program may come from JSON, and from a later version.
      fail(`step ${index} is of an unknown kind, got ${JSON.stringify(step satisfies never)}`);
  }
}

function checkBox(
  step: ImageStep & { top: number; left: number; height: number; width: number },
  index: number,
  image: ImageShape,
): void {
  const { top, left, height, width } = step;
  if (
    !isCount(height, width) ||
    !Number.isInteger(top) ||
    !Number.isInteger(left) ||
    top < 0 ||
    left < 0 ||
    top + height > image.height ||
    left + width > image.width
  ) {
    failBox(step, index, image);
  }
}

function failBox(step: ImageStep, index: number, image: ImageShape): never {
  failStep(step, index, `the box must lie in an image of ${describe(image)}, all in whole pixels`);
}

function checkWarp(step: WarpStep, index: number): void {
  if (!isCount(step.outHeight, step.outWidth)) failStep(step, index, "the output must have whole pixels");
  const { xx, xy, x0, yx, yy, y0, wx, wy } = step;
  if (![xx, xy, x0, yx, yy, y0, wx, wy].every(Number.isFinite)) {
    failStep(step, index, "the coefficients must be finite");
  }
  if (!interpolations.includes(step.interpolation)) {
    failStep(step, index, `the interpolation must be one of ${interpolations.join(", ")}`);
  }
  if (!borders.includes(step.border))
    failStep(step, index, `the border must be one of ${borders.join(", ")}`);
  if (!isShare(step.fill)) failStep(step, index, "the fill must be 0 to 1");
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
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
