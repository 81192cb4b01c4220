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
  const rows = views.map(({ image, program }) => {
    const steps = fromBytes(image, program).flatMap(cells);
    return [addressOf(image), image.height, image.width, steps.length / STEP, ...steps];
  });
  const length = Math.max(...rows.map((row) => row.length));
  const table = new Float64Array(rows.length * length);
  rows.forEach((row, i) => table.set(row, i * length));
  return { table, steps: (length - HEADER) / STEP };
}

/** A step that may mirror what it makes. */
type Crop = Extract<ImageStep, { op: "resizedCrop" }> & { readonly mirrored?: boolean };

/** The steps, a crop first, and with a flip that follows it in one. */
function fromBytes({ height, width }: ImageBytes, { steps }: ImageProgram): readonly (ImageStep | Crop)[] {
  const given = steps[0];
  const whole = {
    op: "resizedCrop",
    top: 0,
    left: 0,
    height,
    width,
    outHeight: height,
    outWidth: width,
  } as const;
  const [crop, rest] = given?.op === "resizedCrop" ? [given, steps.slice(1)] : [whole, steps];
  if (rest[0]?.op !== "flipHorizontal") return [crop, ...rest];
  return [{ ...crop, mirrored: true }, ...rest.slice(1)];
}

function cells(step: ImageStep | Crop): readonly number[] {
  const values = [stepCodes[step.op].code, ...valuesOf(step)];
  return [...values, ...Array<number>(STEP - values.length).fill(0)];
}

function valuesOf(step: ImageStep | Crop): readonly number[] {
  switch (step.op) {
    case "resizedCrop": {
      const { top, left, height, width, outHeight, outWidth } = step;
      return [top, left, height, width, outHeight, outWidth, "mirrored" in step ? 1 : 0];
    }
    case "brightness":
    case "contrast":
    case "saturation":
      return [step.factor];
    case "hue":
      return [step.shift];
    case "gaussianBlur": {
      const { kernelSize, sigma } = step;
      // What lies beyond 6 sigma weighs less than 2e-8 together: less than float32 resolves.
      const radius = Math.min((kernelSize - 1) / 2, Math.ceil(6 * sigma));
      return [radius, Math.exp(-0.5 / sigma ** 2)];
    }
    default:
      return [];
  }
}
