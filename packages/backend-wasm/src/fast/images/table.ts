import { type ImageBytes, type ImageProgram, type ImageStep, stepCodes } from "@contrastive/ops";

/** An image, of which a program makes another. */
export interface View {
  readonly image: ImageBytes;
  readonly program: ImageProgram;
}

/** Values of a row before its steps, and of a step. */
const HEADER = 4;
const STEP = 8;

/** Whether the compiled kernel knows each step, and float32 is exact enough for it. */
export function canRun({ steps }: ImageProgram): boolean {
  return steps.every(isKnown);
}

function isKnown(step: ImageStep): boolean {
  switch (step.op) {
    case "brightness":
    case "contrast":
    case "saturation":
      // The reference computes in float64; this many times float32's rounding is still far less than a 255th.
      return step.factor <= 1000;
    case "resizedCrop":
    case "flipHorizontal":
    case "flipVertical":
    case "hue":
    case "grayscale":
    case "gaussianBlur":
      return true;
    default:
      return false;
  }
}

/** A row for each view, as `assembly/image-programs.ts` reads it; `steps` are of the longest. */
export function tableOf(
  views: readonly View[],
  addressOf: (image: ImageBytes) => number,
): { readonly table: Float64Array<ArrayBuffer>; readonly steps: number } {
  // One more for what becomes the first crop.
  const steps = 1 + views.reduce((most, { program }) => Math.max(most, program.steps.length), 0);
  const length = HEADER + steps * STEP;
  const table = new Float64Array(views.length * length);
  views.forEach(({ image, program }, i) => {
    const row = table.subarray(i * length, (i + 1) * length);
    row[0] = addressOf(image);
    row[1] = image.height;
    row[2] = image.width;
    row[3] = writeSteps(row, image, program.steps);
  });
  return { table, steps };
}

/** Writes the steps, a crop first, and a flip that follows it in one with it. Returns how many they are then. */
function writeSteps(row: Float64Array, { height, width }: ImageBytes, steps: readonly ImageStep[]): number {
  const cropped = steps[0]?.op === "resizedCrop";
  if (!cropped) row.set([stepCodes.resizedCrop.code, 0, 0, height, width, height, width], HEADER);
  let count = cropped ? 0 : 1;
  for (const step of steps) {
    if (count === 1 && row[MIRRORED] === 0 && step.op === "flipHorizontal") row[MIRRORED] = 1;
    else writeStep(row, HEADER + STEP * count++, step);
  }
  return count;
}

/** Where a row says whether its first crop mirrors. */
const MIRRORED = HEADER + 7;

// Into the row at once: a list for each step takes longer than the step itself.
function writeStep(row: Float64Array, at: number, step: ImageStep): void {
  row[at] = stepCodes[step.op].code;
  switch (step.op) {
    case "resizedCrop":
      row[at + 1] = step.top;
      row[at + 2] = step.left;
      row[at + 3] = step.height;
      row[at + 4] = step.width;
      row[at + 5] = step.outHeight;
      row[at + 6] = step.outWidth;
      return;
    case "brightness":
    case "contrast":
    case "saturation":
      row[at + 1] = step.factor;
      return;
    case "hue":
      row[at + 1] = step.shift;
      return;
    case "gaussianBlur":
      // What lies beyond 6 sigma weighs less than 2e-8 together: less than float32 resolves.
      row[at + 1] = Math.min((step.kernelSize - 1) / 2, Math.ceil(6 * step.sigma));
      row[at + 2] = Math.exp(-0.5 / step.sigma ** 2);
      return;
    default:
  }
}
