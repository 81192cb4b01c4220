import { blendRow, cornersOfRow } from "./image-bilinear";
import { EDGE } from "./image-border";
import * as canvas from "./image-canvas";
import { PLACES, within } from "./image-places";
import { number } from "./image-values";

/*
 * An image that is bent as a thin plate, with the coefficients of `bendOf` of @contrastive/ops, in float32 as the reference computes.
 */

/** Where a step's values lie. */
const X = 1;
const Y = 5;
const WEIGHT_X = 9;
const WEIGHT_Y = 17;
const LINEAR_X = 21;
const LINEAR_Y = 24;
const SCALE = 27;

export function bend(step: usize): void {
  const height = canvas.height;
  const width = canvas.width;
  // The tables of how a side is resampled are not in use, and have 36 bytes for each pixel.
  const places = canvas.rows;
  const corners = canvas.columns;
  for (let y = 0; y < height; y++) {
    movedOfRow(step, <f32>y, width, places);
    cornersOfRow(places, width, EDGE, corners);
    for (let c = 0; c < canvas.channels; c++) {
      blendRow(canvas.planeAt(c), corners, width, 0, canvas.sparePlaneAt(c) + ((<usize>(y * width)) << 2));
    }
  }
  canvas.swap();
}

/** The places that a row's pixels come from. */
function movedOfRow(step: usize, y: f32, width: i32, to: usize): void {
  const end = to + ((<usize>width + 3) >> 2) * PLACES;
  const scale = value(step, SCALE);
  const rows = f32x4.splat(y);
  let columns = f32x4(0, 1, 2, 3);
  do {
    let moveX = linear(step, LINEAR_X, columns, rows);
    let moveY = linear(step, LINEAR_Y, columns, rows);
    for (let k = 0; k < 4; k++) {
      const right = f32x4.sub(columns, value(step, X + k));
      const down = f32x4.sub(rows, value(step, Y + k));
      const square = f32x4.add(f32x4.mul(right, right), f32x4.mul(down, down));
      const term = f32x4.mul(square, logarithm(f32x4.mul(square, scale)));
      moveX = f32x4.add(moveX, f32x4.mul(value(step, WEIGHT_X + k), term));
      moveY = f32x4.add(moveY, f32x4.mul(value(step, WEIGHT_Y + k), term));
    }
    storePlaces(to, f32x4.sub(columns, moveX));
    storePlaces(to + 32, f32x4.sub(rows, moveY));
    columns = f32x4.add(columns, f32x4.splat(4));
    to += PLACES;
  } while (to < end);
}

function linear(step: usize, at: i32, columns: v128, rows: v128): v128 {
  const byColumn = f32x4.add(value(step, at), f32x4.mul(value(step, at + 1), columns));
  return f32x4.add(byColumn, f32x4.mul(value(step, at + 2), rows));
}

function storePlaces(to: usize, places: v128): void {
  v128.store(to, within(f64x2.promote_low_f32x4(places)));
  v128.store(to, within(f64x2.promote_low_f32x4(v128.shuffle<f64>(places, places, 1, 1))), 16);
}

function value(step: usize, place: i32): v128 {
  return f32x4.splat(<f32>number(step, place));
}

/** Bits of the square root of a half: what is above is a number's part between that and the root of 2. */
const HALF_ROOT: i32 = 0x3f3504f3;

/** A power of 2 and a series of (m - 1) / (m + 1); what is smaller counts as 1e-10. */
function logarithm(values: v128): v128 {
  const above = i32x4.sub(f32x4.max(values, f32x4.splat(1e-10)), i32x4.splat(HALF_ROOT));
  const exponent = f32x4.convert_i32x4_s(i32x4.shr_s(above, 23));
  const rest = i32x4.add(v128.and(above, i32x4.splat(0x7fffff)), i32x4.splat(HALF_ROOT));
  const part = f32x4.div(f32x4.sub(rest, f32x4.splat(1)), f32x4.add(rest, f32x4.splat(1)));
  const square = f32x4.mul(part, part);
  let series = f32x4.splat(<f32>(2.0 / 9.0));
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(<f32>(2.0 / 7.0)));
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(<f32>(2.0 / 5.0)));
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(<f32>(2.0 / 3.0)));
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(2));
  return f32x4.add(f32x4.mul(exponent, f32x4.splat(<f32>Math.LN2)), f32x4.mul(part, series));
}
