import * as canvas from "./image-canvas";
import { spreadColours, spreadPlane } from "./image-columns";
import { flipHorizontal } from "./image-flips";
import { loadBytes } from "./image-load";
import { entryBytes, resampling } from "./image-resampling";
import { blendBytes, blendFloats } from "./image-rows";
import { FLOAT } from "./simd";
import { integer } from "./image-values";

/** Makes planes of 0..1 of a box of an image of bytes; `program` is its row in the table. */
export function cropImage(program: usize, step: usize): void {
  const boxHeight = integer(step, 3);
  const boxWidth = integer(step, 4);
  const height = integer(step, 5);
  const width = integer(step, 6);
  const mirrored = integer(step, 7) != 0;
  const stride = integer(program, 2) * canvas.channels;
  const corner = integer(step, 1) * stride + integer(step, 2) * canvas.channels;
  const image = <usize>load<f64>(program) + <usize>corner;
  canvas.shape(height, width);
  if (boxHeight == height && boxWidth == width) {
    loadBytes(image, stride, canvas.channels, height, width, canvas.pixels, canvas.plane);
    if (mirrored) {
      for (let c = 0; c < canvas.channels; c++) flipHorizontal(canvas.planeAt(c), height, width);
    }
    return;
  }
  resampling(boxHeight, height, stride, 1.0 / 255.0, false, canvas.rows);
  resampling(boxWidth, width, canvas.channels << 2, 1, mirrored, canvas.columns);
  const columnEntry = entryBytes(boxWidth, width);
  let rows = canvas.rows;
  let to = canvas.pixels;
  for (let y = 0; y < height; y++) {
    blendBytes(image, <usize>stride, boxWidth * canvas.channels, rows, canvas.row);
    if (canvas.channels == 3) {
      const two = boxWidth <= width;
      spreadColours(canvas.row, canvas.columns, columnEntry, two, width, to, canvas.plane);
    } else spreadPlane(canvas.row, canvas.columns, columnEntry, width, to);
    rows += entryBytes(boxHeight, height);
    to += <usize>width * FLOAT;
  }
}

/** Resizes a box of what is on the canvas. */
export function crop(step: usize): void {
  const boxHeight = integer(step, 3);
  const boxWidth = integer(step, 4);
  const height = integer(step, 5);
  const width = integer(step, 6);
  const stride = canvas.width * <i32>FLOAT;
  const corner = <usize>(integer(step, 1) * stride + integer(step, 2) * <i32>FLOAT);
  resampling(boxHeight, height, stride, 1, false, canvas.rows);
  resampling(boxWidth, width, FLOAT, 1, false, canvas.columns);
  for (let c = 0; c < canvas.channels; c++) {
    const from = canvas.planeAt(c) + corner;
    let rows = canvas.rows;
    let to = canvas.sparePlaneAt(c);
    for (let y = 0; y < height; y++) {
      blendFloats(from, <usize>stride, boxWidth, rows, canvas.row);
      spreadPlane(canvas.row, canvas.columns, entryBytes(boxWidth, width), width, to);
      rows += entryBytes(boxHeight, height);
      to += <usize>width * FLOAT;
    }
  }
  canvas.swap();
  canvas.shape(height, width);
}
