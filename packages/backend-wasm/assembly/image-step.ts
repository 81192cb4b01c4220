import { bend } from "./image-bend";
import { blurColumns, blurRows, gaussian } from "./image-blur";
import * as canvas from "./image-canvas";
import { brightness, contrast, finite, grayscale, hue, saturation } from "./image-colours";
import { crop } from "./image-crop";
import { erase, eraseWithNoise } from "./image-erase";
import { flipHorizontal, flipVertical } from "./image-flips";
import { sharpen } from "./image-sharpness";
import { autocontrast, equalize, invert, posterize, solarize } from "./image-tones";
import { integer, number } from "./image-values";
import { warp } from "./image-warp";

/** Runs a step, of the codes of @contrastive/ops, on what is on the canvas. */
export function runStep(step: usize): void {
  const count = canvas.height * canvas.width;
  switch (integer(step, 0)) {
    case 1:
      crop(step);
      return;
    case 4:
      brightness(canvas.pixels, canvas.plane, count, canvas.channels, finite(number(step, 1)));
      return;
    case 5:
      contrast(canvas.pixels, canvas.plane, count, canvas.channels, finite(number(step, 1)));
      return;
    // A grey image has no colour that these could change.
    case 6:
      if (canvas.channels == 3) saturation(canvas.pixels, canvas.plane, count, finite(number(step, 1)));
      return;
    case 7:
      if (canvas.channels == 3) hue(canvas.pixels, canvas.plane, count, <f32>number(step, 1));
      return;
    case 8:
      if (canvas.channels == 3) grayscale(canvas.pixels, canvas.plane, count);
      return;
    case 9:
      gaussian(integer(step, 1), number(step, 2), canvas.columns);
      break;
    case 10:
      warp(step);
      return;
    case 19:
      bend(step);
      return;
    case 16:
      // There are no neighbours.
      if (canvas.height < 3 || canvas.width < 3) return;
      break;
  }
  for (let c = 0; c < canvas.channels; c++) runOnPlane(step, c, count);
  if (integer(step, 0) == 16) canvas.swap();
}

/** Runs a step that treats channels alike. */
function runOnPlane(step: usize, channel: i32, count: i32): void {
  const pixels = canvas.planeAt(channel);
  const spare = canvas.sparePlaneAt(channel);
  switch (integer(step, 0)) {
    case 2:
      flipHorizontal(pixels, canvas.height, canvas.width);
      return;
    case 3:
      flipVertical(pixels, canvas.height, canvas.width);
      return;
    case 9: {
      const radius = integer(step, 1);
      blurRows(pixels, canvas.height, canvas.width, radius, canvas.columns, canvas.row, spare);
      blurColumns(spare, canvas.height, canvas.width, radius, canvas.columns, pixels);
      return;
    }
    case 11:
      solarize(pixels, count, number(step, 1));
      return;
    case 12:
      posterize(pixels, count, integer(step, 1));
      return;
    case 13:
      invert(pixels, count);
      return;
    case 14:
      equalize(pixels, count, canvas.row);
      return;
    case 15:
      autocontrast(pixels, count);
      return;
    case 16:
      sharpen(pixels, canvas.height, canvas.width, 1 - finite(number(step, 1)), spare);
      return;
    case 17:
      erase(
        boxOf(pixels, step),
        canvas.width,
        integer(step, 3),
        integer(step, 4),
        <f32>number(step, 5 + channel),
      );
      return;
    case 18:
      eraseWithNoise(
        boxOf(pixels, step),
        canvas.width,
        integer(step, 3),
        integer(step, 4),
        integer(step, 5),
        channel,
      );
      return;
  }
}

/** The first value of a step's box. */
function boxOf(pixels: usize, step: usize): usize {
  return pixels + ((<usize>(integer(step, 1) * canvas.width + integer(step, 2))) << 2);
}
