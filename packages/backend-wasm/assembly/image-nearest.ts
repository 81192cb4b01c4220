import { CONSTANT, continued, indexOf, outside, wholes } from "./image-border";
import * as canvas from "./image-canvas";
import { PLACES } from "./image-places";

/** Number of `stepWords` of @contrastive/ops. */
export const NEAREST: i32 = 0;

/** Half a pixel, and so much more that a tie falls the same way whatever the rounding. */
export const HALF: f64 = 0.5 + 1e-4;

/** Bytes from a plane's start to the pixels nearest to a row's places, or to where the fill is. */
export function nearestOfRow(places: usize, width: i32, border: i32, to: usize): void {
  const height = canvas.height;
  const stride = canvas.width;
  const fill = i32x4.splat(<i32>canvas.lastOfPlane());
  const end = to + ((<usize>width) << 2);
  do {
    let column = rounded(v128.load(places), v128.load(places, 16));
    let row = rounded(v128.load(places, 32), v128.load(places, 48));
    let index = indexOf(column, row, stride);
    const filled = v128.or(outside(column, stride), outside(row, height));
    if (border == CONSTANT) index = v128.bitselect(fill, index, filled);
    else if (v128.any_true(filled)) {
      index = indexOf(continued(column, stride, border), continued(row, height, border), stride);
    }
    v128.store(to, index);
    places += PLACES;
    to += 16;
  } while (to < end);
}

function rounded(first: v128, second: v128): v128 {
  const half = f64x2.splat(HALF);
  return wholes(f64x2.floor(f64x2.add(first, half)), f64x2.floor(f64x2.add(second, half)));
}
