import { type Bend, bendOf } from "./bend.js";
import { gaussianDecay, gaussianRadius } from "./blur.js";
import { stepCodes, stepWords } from "./encode.js";
import type { ImageBytes, ImageProgram, ImageStep, WarpStep } from "./format.js";

/** Values of a row before its steps, and of a place for a step. */
const HEADER = 4;
const STEP = 16;

/** Values of a row of that many steps at most, a crop of the whole image that is put in front of them counted. */
export function rowLength(steps: number): number {
  return HEADER + steps * STEP;
}

/** Writes a program as the compiled kernel reads it; its image's bytes begin at `offset`. */
export function writeRow(
  row: Float64Array,
  image: ImageBytes,
  { steps }: ImageProgram,
  offset: number,
): void {
  row[0] = offset;
  row[1] = image.height;
  row[2] = image.width;
  row[3] = writeSteps(row, image, steps);
}

/** Writes the steps, a crop first, and a flip that follows it in one with it. Returns how many they are then. */
function writeSteps(row: Float64Array, { height, width }: ImageBytes, steps: readonly ImageStep[]): number {
  const cropped = steps[0]?.op === "resizedCrop";
  if (!cropped) row.set([stepCodes.resizedCrop.code, 0, 0, height, width, height, width], HEADER);
  let count = cropped ? 0 : 1;
  const size = { height, width };
  for (const step of steps) {
    if (count === 1 && row[MIRRORED] === 0 && step.op === "flipHorizontal") {
      row[MIRRORED] = 1;
      continue;
    }
    writeStep(row, HEADER + STEP * count, step, size);
    count += placesOf(step);
    if (step.op !== "resizedCrop" && step.op !== "warp") continue;
    size.height = step.outHeight;
    size.width = step.outWidth;
  }
  return count;
}

/** Places that a step takes; a second one begins with 0, which does nothing. */
export function placesOf({ op }: ImageStep): number {
  return op === "bend" ? 2 : 1;
}

/** Where a row says whether its first crop mirrors. */
const MIRRORED = HEADER + 7;

// Into the row at once: a list for each step takes longer than the step itself.
function writeStep(
  row: Float64Array,
  at: number,
  step: ImageStep,
  { height, width }: { height: number; width: number },
): void {
  row[at] = stepCodes[step.op].code;
  switch (step.op) {
    case "resizedCrop":
      writeBox(row, at, step);
      row[at + 5] = step.outHeight;
      row[at + 6] = step.outWidth;
      return;
    case "brightness":
    case "contrast":
    case "saturation":
    case "sharpness":
      row[at + 1] = step.factor;
      return;
    case "hue":
      row[at + 1] = step.shift;
      return;
    case "gaussianBlur":
      row[at + 1] = gaussianRadius(step.kernelSize, step.sigma);
      row[at + 2] = gaussianDecay(step.sigma);
      return;
    case "solarize":
      row[at + 1] = step.threshold;
      return;
    case "posterize":
      row[at + 1] = step.bits;
      return;
    case "erase":
      writeBox(row, at, step);
      row[at + 5] = step.red;
      row[at + 6] = step.green;
      row[at + 7] = step.blue;
      return;
    case "eraseWithNoise":
      writeBox(row, at, step);
      row[at + 5] = step.seed;
      return;
    case "warp":
      return writeWarp(row, at, step);
    case "bend":
      return writeBend(row, at, bendOf(step, height, width));
    case "flipHorizontal":
    case "flipVertical":
    case "grayscale":
    case "invert":
    case "equalize":
    case "autocontrast":
  }
}

function writeBend(
  row: Float64Array,
  at: number,
  { x, y, weightX, weightY, linearX, linearY, scale }: Bend,
): void {
  row.set(x, at + 1);
  row.set(y, at + 5);
  row.set(weightX, at + 9);
  row.set([...weightY, ...linearX, ...linearY, scale], at + STEP + 1);
}

function writeBox(
  row: Float64Array,
  at: number,
  { top, left, height, width }: { top: number; left: number; height: number; width: number },
): void {
  row[at + 1] = top;
  row[at + 2] = left;
  row[at + 3] = height;
  row[at + 4] = width;
}

function writeWarp(row: Float64Array, at: number, step: WarpStep): void {
  row[at + 1] = step.xx;
  row[at + 2] = step.xy;
  row[at + 3] = step.x0;
  row[at + 4] = step.yx;
  row[at + 5] = step.yy;
  row[at + 6] = step.y0;
  row[at + 7] = step.wx;
  row[at + 8] = step.wy;
  row[at + 9] = step.outHeight;
  row[at + 10] = step.outWidth;
  row[at + 11] = stepWords.interpolation.indexOf(step.interpolation);
  row[at + 12] = stepWords.border.indexOf(step.border);
  row[at + 13] = step.fill;
}
