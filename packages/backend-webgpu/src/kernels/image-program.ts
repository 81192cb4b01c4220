import {
  type BendStep,
  checkImageProgram,
  type ImageProgramAttributes,
  imageProgramReference,
  type ImageStep,
} from "@contrastive/ops";
import type { Runner } from "../runner/runner.js";
import { PIXELS_IN_WORKGROUP } from "../shaders/image-program/canvas.js";
import { imagePrograms } from "../shaders/image-program/image-program.js";
import { LONGEST_SIDE } from "../shaders/image-program/sample.js";
import { kernel } from "./kernel.js";
import { packImagePrograms, pixelBytes } from "./pack-image-programs.js";

/** Kernel `ImageProgram` of @contrastive/ops: sends bytes, each image once, and makes all views of them in one dispatch. */
export const imageProgram = kernel<never, ImageProgramAttributes>("ImageProgram", ({ attrs, runner }) => {
  const { images, programs, output, normalize } = attrs;
  const count = programs.length;
  const canvas = programs.reduce(
    (largest, program, i) => Math.max(largest, checkImageProgram(images[i], program)),
    0,
  );
  const shape = [count, output.height, output.width, output.channels];
  if (shape.includes(0)) return runner.output(shape);
  const room = roomFor(runner, canvas, count);
  if (room === undefined || !canRun(runner, attrs)) return imageProgramReference(attrs);

  const packed = packImagePrograms(attrs);
  const [steps, bytes] = [packed.programs, packed.pixels].map((values) => {
    const tensor = runner.output([roundedUp(values.length / 4)], "int32");
    runner.write(tensor, values);
    return tensor;
  });
  const { groups, pixels } = room;
  const scratch = pixels === undefined ? [] : [runner.output([groups, 2, pixels, 3])];
  const result = runner.output(shape);
  runner.run(imagePrograms({ count, steps: packed.steps, output, normalize, groups, scratch: pixels }), [
    steps,
    bytes,
    ...scratch,
    result,
  ]);
  runner.free(steps, bytes, ...scratch);
  return result;
});

/** Scratch for as many images at a time as fill a large GPU. */
const MOST_SCRATCH = 2 ** 27;

interface Room {
  readonly groups: number;
  /** Of a canvas in the scratch buffer; none where the images fit in workgroup memory. */
  readonly pixels?: number;
}

/** Nothing where a single image would take too much. */
function roomFor({ device: { limits } }: Runner, canvas: number, count: number): Room | undefined {
  const most = Math.min(count, limits.maxComputeWorkgroupsPerDimension);
  if (canvas <= PIXELS_IN_WORKGROUP) return { groups: most };
  const pixels = roundedUp(canvas);
  const groups = Math.floor(Math.min(MOST_SCRATCH, limits.maxStorageBufferBindingSize) / (24 * pixels));
  return groups === 0 ? undefined : { groups: Math.min(most, groups), pixels };
}

/** Whether the shader's numbers are large and exact enough. */
function canRun({ device: { limits } }: Runner, attributes: ImageProgramAttributes): boolean {
  const { images, programs } = attributes;
  return (
    pixelBytes(attributes) <= limits.maxStorageBufferBindingSize &&
    images.every(({ height, width }) => Math.max(height, width) <= LONGEST_SIDE) &&
    programs.every(({ steps }) => steps.every(isModest))
  );
}

function isModest(step: ImageStep): boolean {
  switch (step.op) {
    case "resizedCrop":
    case "warp":
      return Math.max(step.outHeight, step.outWidth) <= LONGEST_SIDE;
    case "brightness":
    case "contrast":
    case "saturation":
    case "sharpness":
      // The reference computes in float64; this many times float32's rounding is still far less than a 255th.
      return step.factor <= 1000;
    case "gaussianBlur":
      return step.sigma >= 1e-30 && step.sigma <= 1e30;
    case "bend":
      return isFirm(step);
    default:
      return true;
  }
}

/** Whether float32 can tell the points of a thin plate apart, and that they don't lie on a line. */
function isFirm({ x0, y0, x1, y1, x2, y2, x3, y3 }: BendStep): boolean {
  const [x, y] = [
    [x0, x1, x2, x3],
    [y0, y1, y2, y3],
  ];
  const spread = Math.max(Math.max(...x) - Math.min(...x), Math.max(...y) - Math.min(...y));
  let [nearest, largest] = [Infinity, 0];
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < i; j++) {
      nearest = Math.min(nearest, Math.hypot(x[i] - x[j], y[i] - y[j]));
      for (let k = 0; k < j; k++) {
        const twice = (x[j] - x[i]) * (y[k] - y[i]) - (x[k] - x[i]) * (y[j] - y[i]);
        largest = Math.max(largest, Math.abs(twice));
      }
    }
  }
  const far = [...x, ...y].some((place) => Math.abs(place) > LONGEST_SIDE);
  return !far && nearest >= 0.01 * spread && largest >= 0.003 * spread ** 2;
}

/** At most an eighth more, so that sizes that vary a little from batch to batch share buffers. */
function roundedUp(count: number): number {
  const unit = 2 ** Math.max(0, Math.floor(Math.log2(count)) - 3);
  return Math.ceil(count / unit) * unit;
}
