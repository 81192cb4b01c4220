import * as canvas from "./image-canvas";
import { cropImage } from "./image-crop";
import { runStep } from "./image-step";
import { storePixels } from "./image-store";
import { FLOAT } from "./simd";

/*
 * A program's row in the table, in float64: the address of its image's bytes, the image's height and width and how many steps there
 * are, then sixteen for each step: a code of `stepCodes` of @contrastive/ops and its values, with
 *
 *     resizedCrop    a seventh value: 1 if what it makes is mirrored
 *     gaussianBlur   its radius, and e^(-1/2σ²)
 *     bend           what `bendOf` gives, in two places
 *
 * The first step is always a resizedCrop, of the whole image if need be: it makes planes of the bytes.
 */

const HEADER: usize = 32;
const STEP: usize = 128;

/**
 * Runs programs of `@contrastive/ops` on images of bytes, a task each: `out` [tasks][pixels][channels], scaled as `storePixels`
 * does. The values before that have the reference's bits.
 */
export function imagePrograms(
  begin: i32,
  end: i32,
  scratch: usize,
  steps: i32,
  channels: i32,
  largest: i32,
  side: i32,
  outPixels: i32,
  table: usize,
  scaling: usize,
  order: usize,
  out: usize,
): void {
  for (let task = begin; task < end; task++) {
    const program = table + <usize>task * (HEADER + <usize>steps * STEP);
    const first = program + HEADER;
    const last = first + <usize>load<f64>(program + 24) * STEP;
    canvas.place(scratch, largest, side, channels);
    cropImage(program, first);
    for (let step = first + STEP; step < last; step += STEP) runStep(step);
    const place = <usize>load<u32>(order + ((<usize>task) << 2));
    const to = out + place * <usize>(outPixels * channels) * FLOAT;
    storePixels(canvas.pixels, canvas.plane, outPixels, channels, scaling, to);
  }
}
