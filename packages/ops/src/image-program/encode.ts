import { describe, fail, sameShape } from "./check.js";
import { borders, type ImageProgram, type ImageShape, type ImageStep, interpolations } from "./format.js";

/** Numbers a step takes: its code and at most 15 values. */
export const stepSize = 16;

/**
 * The programs of a batch as numbers, in the form that a backend's kernel uploads.
 *
 * `data` is `[programs, steps, 16]`: a step is its code and its values in the order of `stepCodes`, then zeros; a
 * program that is shorter than the longest ends in zeros (code 0 does nothing). Values are float32.
 */
export interface EncodedImagePrograms {
  readonly version: 1;
  readonly output: ImageShape;
  /** The steps of the longest program. */
  readonly steps: number;
  /** The steps of each program. */
  readonly lengths: Int32Array;
  readonly data: Float32Array;
}

/** The codes of version 1, and what follows each. A later version may add codes; it never changes one. */
export const stepCodes = {
  resizedCrop: { code: 1, values: ["top", "left", "height", "width", "outHeight", "outWidth"] },
  flipHorizontal: { code: 2, values: [] },
  flipVertical: { code: 3, values: [] },
  brightness: { code: 4, values: ["factor"] },
  contrast: { code: 5, values: ["factor"] },
  saturation: { code: 6, values: ["factor"] },
  hue: { code: 7, values: ["shift"] },
  grayscale: { code: 8, values: [] },
  gaussianBlur: { code: 9, values: ["kernelSize", "sigma"] },
  warp: {
    code: 10,
    // prettier-ignore
    values: ["xx", "xy", "x0", "yx", "yy", "y0", "wx", "wy", "outHeight", "outWidth", "interpolation", "border", "fill"],
  },
  solarize: { code: 11, values: ["threshold"] },
  posterize: { code: 12, values: ["bits"] },
  invert: { code: 13, values: [] },
  equalize: { code: 14, values: [] },
  autocontrast: { code: 15, values: [] },
  sharpness: { code: 16, values: ["factor"] },
  erase: { code: 17, values: ["top", "left", "height", "width", "red", "green", "blue"] },
  eraseWithNoise: { code: 18, values: ["top", "left", "height", "width", "seed"] },
  bend: { code: 19, values: ["x0", "y0", "x1", "y1", "x2", "y2", "x3", "y3"] },
} as const satisfies Record<ImageStep["op"], { code: number; values: readonly string[] }>;

/** Values that are words: the number of each is its place. */
export const stepWords = { interpolation: interpolations, border: borders } as const;

/** Encodes programs of one output shape; throws if the shapes differ or there is no program. */
export function encodeImagePrograms(programs: readonly ImageProgram[]): EncodedImagePrograms {
  const output = commonOutput(programs);
  const lengths = Int32Array.from(programs, (program) => program.steps.length);
  const steps = lengths.reduce((a, b) => Math.max(a, b));
  const data = new Float32Array(programs.length * steps * stepSize);
  programs.forEach((program, i) => {
    program.steps.forEach((step, j) => {
      const at = (i * steps + j) * stepSize;
      const { code, values } = stepCodes[step.op] ?? fail(`there is no step "${step.op}"`);
      data[at] = code;
      values.forEach((name, k) => (data[at + 1 + k] = numberOf(step, name)));
    });
  });
  return { version: 1, output, steps, lengths, data };
}

/** The inverse of `encodeImagePrograms`, up to the rounding of values to float32. */
export function decodeImagePrograms(encoded: EncodedImagePrograms): ImageProgram[] {
  if (encoded.version !== 1) fail(`this reads version 1, got ${String(encoded.version)}`);
  const { output, steps, lengths, data } = encoded;
  return Array.from(lengths, (length, i) => ({
    output,
    steps: Array.from({ length }, (_, j) => {
      const at = (i * steps + j) * stepSize;
      return decodeStep(data.subarray(at, at + stepSize));
    }),
  }));
}

function numberOf(step: ImageStep, name: string): number {
  // The table's names are those of the step's own type.
  const value = (step as unknown as Record<string, number | string>)[name];
  return typeof value === "number" ? value : wordsOf(name).indexOf(value);
}

/** Of a value that is a word; none of one that is a number. */
function wordsOf(name: string): readonly string[] {
  return (stepWords as Record<string, readonly string[]>)[name] ?? [];
}

/** The output shape that all the programs share; throws if they don't, or if there is none. */
export function commonOutput(programs: readonly ImageProgram[]): ImageShape {
  if (programs.length === 0) fail("a batch needs at least one program");
  const { output } = programs[0];
  const other = programs.find((program) => !sameShape(program.output, output));
  if (other !== undefined) {
    fail(
      `all programs of a batch must have one output shape, got ${describe(output)} and ${describe(other.output)}. ` +
        "End the augmentation with a resize, a centre crop or a random resized crop of fixed size",
    );
  }
  return output;
}

function decodeStep(numbers: Float32Array): ImageStep {
  const found = Object.entries(stepCodes).find(([, { code }]) => code === numbers[0]);
  if (found === undefined) fail(`there is no step of code ${numbers[0]}`);
  const [op, { values }] = found;
  // The table holds exactly the steps of the type.
  return {
    op,
    ...Object.fromEntries(values.map((name, k) => [name, wordsOf(name)[numbers[1 + k]] ?? numbers[1 + k]])),
  } as ImageStep;
}
