import { blurColumns, blurRows, gaussian } from "./image-blur";
import { brightness, contrast, grayscale, hue, saturation } from "./image-colours";
import { cropBytes, cropPlane } from "./image-crop";
import { flipHorizontal, flipVertical } from "./image-flips";
import { resampling, tableBytes } from "./image-resampling";
import { storePixels } from "./image-store";
import { FLOAT } from "./simd";

/*
 * A program's row in the table, in float64: the address of its image's bytes, the image's height and width and how many steps there
 * are, then eight for each step: a code of `stepCodes` of @contrastive/ops and its values, with
 *
 *     resizedCrop    a seventh value: 1 if what it makes is mirrored
 *     gaussianBlur   its radius, and e^(-1/2σ²)
 *
 * The first step is always a resizedCrop, of the whole image if need be: it makes planes of the bytes.
 */

const HEADER: usize = 32;
const STEP: usize = 64;

/** What is read and written past a plane's or a row's end. */
const SLACK: usize = 64;

/** Bytes of a plane of this many pixels, up to the next. */
function planeBytes(pixels: i32): usize {
  return (((<usize>pixels * FLOAT) >> 4) << 4) + 16 + SLACK;
}

/** Scratch memory for images of at most `pixels` pixels and sides, of old pixels too, of at most `side`. */
export function imageScratch(pixels: i32, side: i32): usize {
  return 6 * planeBytes(pixels) + 2 * tableBytes(side) + rowBytes(side);
}

/** A row of RGB; or one with its reflections, and weights. */
function rowBytes(side: i32): usize {
  return <usize>side * 4 * FLOAT + 2 * SLACK;
}

/**
 * Runs programs of `@contrastive/ops` on images of bytes, a task each: `out` [tasks][pixels][channels], scaled as `storePixels`
 * does.
 */
export function imagePrograms(
  begin: i32,
  end: i32,
  scratch: usize,
  steps: i32,
  channels: i32,
  canvas: i32,
  side: i32,
  outPixels: i32,
  table: usize,
  scaling: usize,
  order: usize,
  out: usize,
): void {
  const plane = planeBytes(canvas);
  const columns = scratch + 6 * plane;
  const rows = columns + tableBytes(side);
  const row = rows + tableBytes(side);
  for (let task = begin; task < end; task++) {
    const program = table + <usize>task * (HEADER + <usize>steps * STEP);
    let pixels = scratch;
    let spare = scratch + 3 * plane;
    let height = 0;
    let width = 0;
    const last = program + HEADER + <usize>load<f64>(program + 24) * STEP;
    for (let step = program + HEADER; step < last; step += STEP) {
      const code = <i32>load<f64>(step);
      const count = height * width;
      if (code == 1) {
        const first = step == program + HEADER;
        const outHeight = integer(step, 5);
        const outWidth = integer(step, 6);
        const mirrored = load<f64>(step + 56) != 0;
        const boxHeight = integer(step, 3);
        const boxWidth = integer(step, 4);
        const corner = integer(step, 1) * (first ? integer(program, 2) : width) + integer(step, 2);
        if (first) {
          const stride = integer(program, 2) * channels;
          const image = <usize>load<f64>(program) + <usize>(corner * channels);
          resampling(boxHeight, outHeight, stride, 1.0 / 255.0, false, rows);
          resampling(boxWidth, outWidth, channels << 2, 1, mirrored, columns);
          cropBytes(
            image,
            boxHeight,
            boxWidth,
            stride,
            channels,
            outHeight,
            outWidth,
            rows,
            columns,
            row,
            pixels,
            plane,
          );
        } else {
          resampling(boxHeight, outHeight, width << 2, 1, false, rows);
          resampling(boxWidth, outWidth, 4, 1, mirrored, columns);
          for (let c: usize = 0; c < <usize>channels; c++) {
            const from = pixels + c * plane + ((<usize>corner) << 2);
            cropPlane(
              from,
              boxHeight,
              boxWidth,
              width,
              outHeight,
              outWidth,
              rows,
              columns,
              row,
              spare + c * plane,
            );
          }
          const other = pixels;
          pixels = spare;
          spare = other;
        }
        height = outHeight;
        width = outWidth;
      } else if (code == 2) {
        for (let c: usize = 0; c < <usize>channels; c++) flipHorizontal(pixels + c * plane, height, width);
      } else if (code == 3) {
        for (let c: usize = 0; c < <usize>channels; c++) flipVertical(pixels + c * plane, height, width);
      } else if (code == 4) {
        brightness(pixels, plane, count, channels, <f32>load<f64>(step + 8));
      } else if (code == 5) {
        contrast(pixels, plane, count, channels, <f32>load<f64>(step + 8));
      } else if (code == 9) {
        const radius = integer(step, 1);
        gaussian(radius, load<f64>(step + 16), columns);
        for (let c: usize = 0; c < <usize>channels; c++) {
          blurRows(pixels + c * plane, height, width, radius, columns, row, spare + c * plane);
          blurColumns(spare + c * plane, height, width, radius, columns, pixels + c * plane);
        }
      } else if (channels == 3) {
        // A grey image has no colour that these could change.
        if (code == 6) saturation(pixels, plane, count, <f32>load<f64>(step + 8));
        else if (code == 7) hue(pixels, plane, count, <f32>load<f64>(step + 8));
        else if (code == 8) grayscale(pixels, plane, count);
      }
    }
    const place = <usize>load<u32>(order + ((<usize>task) << 2));
    const to = out + place * <usize>(outPixels * channels) * FLOAT;
    storePixels(pixels, plane, outPixels, channels, scaling, to);
  }
}

function integer(at: usize, value: usize): i32 {
  return <i32>load<f64>(at + (value << 3));
}
