import type { ImageProgram, ImageShape, ImageStep } from "@contrastive/ops";
import { shapeAfter } from "./random-steps.js";

/** The program of these steps on an image of this shape. */
export function programOf(image: ImageShape, steps: readonly ImageStep[]): ImageProgram {
  const { height, width, channels } = image;
  const output = steps.reduce<ImageShape>((shape, step) => shapeAfter(step, shape), {
    height,
    width,
    channels,
  });
  return { output, steps };
}

/** The steps, and a resize of all that they make. */
export function resizedAfter(
  image: ImageShape,
  steps: readonly ImageStep[],
  [outHeight, outWidth]: readonly [number, number],
): readonly ImageStep[] {
  const { height, width } = programOf(image, steps).output;
  return [...steps, { op: "resizedCrop", top: 0, left: 0, height, width, outHeight, outWidth }];
}
