import { blendRow, cornersOfRow } from "./image-bilinear";
import * as canvas from "./image-canvas";
import { gather } from "./image-gather";
import { isMove, moveRow } from "./image-moves";
import { NEAREST, nearestOfRow } from "./image-nearest";
import { placesOfRow } from "./image-places";
import { integer, number } from "./image-values";

/*
 * An image whose pixels come from the places that a step maps them to. A row's places are computed first, then where its pixels lie
 * in memory, then each plane's: loops that need few registers. All go four by four, and write up to three values past a row's end.
 */

export function warp(step: usize): void {
  const height = integer(step, 9);
  const width = integer(step, 10);
  const border = integer(step, 12);
  const fill = <f32>number(step, 13);
  const nearest = integer(step, 11) == NEAREST;
  // The tables of how a side is resampled are not in use, and have 36 bytes for each pixel.
  const places = canvas.rows;
  const pixels = canvas.columns;
  const moved = isMove(step);
  if (nearest) keepFill(fill);
  for (let y = 0; y < height; y++) {
    if (moved && moveRow(step, y, width, fill)) continue;
    placesOfRow(step, y, width, places);
    if (nearest) nearestOfRow(places, width, border, pixels);
    else cornersOfRow(places, width, border, pixels);
    for (let c = 0; c < canvas.channels; c++) {
      const to = canvas.sparePlaneAt(c) + ((<usize>(y * width)) << 2);
      if (nearest) gather(canvas.planeAt(c), pixels, width, to);
      else blendRow(canvas.planeAt(c), pixels, width, fill, to);
    }
  }
  canvas.swap();
  canvas.shape(height, width);
}

/** Behind each plane's pixels, as one of them. */
function keepFill(fill: f32): void {
  for (let c = 0; c < canvas.channels; c++) store<f32>(canvas.planeAt(c) + canvas.lastOfPlane(), fill);
}
