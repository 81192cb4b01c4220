import { CONSTANT, continued, indexOf, outside, wholes } from "./image-border";
import * as canvas from "./image-canvas";
import { PLACES } from "./image-places";
import { FLOAT } from "./simd";

/*
 * Of each four pixels that are blended: what the four pixels around their places weigh, where these lie in a plane (of all but the
 * first, `TOGETHER` if they are neighbours), and how much of a pixel they cover.
 */

const CORNERS: usize = 144;
const INDICES: usize = 64;
const COVERED: usize = 128;
const TOGETHER: i32 = -1;

export function cornersOfRow(places: usize, width: i32, border: i32, to: usize): void {
  const height = canvas.height;
  const stride = canvas.width;
  const end = to + ((<usize>width + 3) >> 2) * CORNERS;
  do {
    const left = f64x2.floor(v128.load(places));
    const left2 = f64x2.floor(v128.load(places, 16));
    const top = f64x2.floor(v128.load(places, 32));
    const top2 = f64x2.floor(v128.load(places, 48));
    const x = floats(f64x2.sub(v128.load(places), left), f64x2.sub(v128.load(places, 16), left2));
    const y = floats(f64x2.sub(v128.load(places, 32), top), f64x2.sub(v128.load(places, 48), top2));
    const restX = f32x4.sub(f32x4.splat(1), x);
    const restY = f32x4.sub(f32x4.splat(1), y);
    v128.store(to, f32x4.mul(restX, restY));
    v128.store(to, f32x4.mul(x, restY), 16);
    v128.store(to, f32x4.mul(restX, y), 32);
    v128.store(to, f32x4.mul(x, y), 48);
    const column = wholes(left, left2);
    const row = wholes(top, top2);
    v128.store(to, indexOf(column, row, stride), INDICES);
    store<i32>(to, TOGETHER, INDICES + 16);
    if (v128.any_true(v128.or(outside(column, stride - 1), outside(row, height - 1)))) {
      if (border == CONSTANT) leaveOut(column, row, to);
      else standIn(column, row, border, to);
    }
    places += PLACES;
    to += CORNERS;
  } while (to < end);
}

export function blendRow(plane: usize, corners: usize, width: i32, fill: f32, to: usize): void {
  const below = <usize>canvas.width * FLOAT;
  const end = to + ((<usize>width) << 2);
  do {
    if (load<i32>(corners, INDICES + 16) == TOGETHER) {
      const at0 = plane + <usize>load<u32>(corners, INDICES);
      const at1 = plane + <usize>load<u32>(corners, INDICES + 4);
      const at2 = plane + <usize>load<u32>(corners, INDICES + 8);
      const at3 = plane + <usize>load<u32>(corners, INDICES + 12);
      const upper = v128.load64_lane(at1, v128.load64_zero(at0), 1);
      const upper2 = v128.load64_lane(at3, v128.load64_zero(at2), 1);
      const lower = v128.load64_lane(at1 + below, v128.load64_zero(at0 + below), 1);
      const lower2 = v128.load64_lane(at3 + below, v128.load64_zero(at2 + below), 1);
      const a = f32x4.mul(v128.load(corners), v128.shuffle<f32>(upper, upper2, 0, 2, 4, 6));
      const b = f32x4.mul(v128.load(corners, 16), v128.shuffle<f32>(upper, upper2, 1, 3, 5, 7));
      const c = f32x4.mul(v128.load(corners, 32), v128.shuffle<f32>(lower, lower2, 0, 2, 4, 6));
      const d = f32x4.mul(v128.load(corners, 48), v128.shuffle<f32>(lower, lower2, 1, 3, 5, 7));
      v128.store(to, f32x4.add(f32x4.add(f32x4.add(a, b), c), d));
    } else v128.store(to, blended(plane, corners, f32x4.splat(fill)));
    corners += CORNERS;
    to += 16;
  } while (to < end);
}

function blended(plane: usize, corners: usize, fill: v128): v128 {
  let sum = f32x4.mul(v128.load(corners), four(plane, corners + INDICES));
  sum = f32x4.add(sum, f32x4.mul(v128.load(corners, 16), four(plane, corners + INDICES + 16)));
  sum = f32x4.add(sum, f32x4.mul(v128.load(corners, 32), four(plane, corners + INDICES + 32)));
  sum = f32x4.add(sum, f32x4.mul(v128.load(corners, 48), four(plane, corners + INDICES + 48)));
  // As torchvision does: what is partly outside is darkened, and then blended with the fill.
  const covered = v128.load(corners, COVERED);
  const filled = f32x4.add(f32x4.mul(covered, f32x4.sub(sum, fill)), fill);
  return v128.bitselect(sum, filled, f32x4.eq(covered, f32x4.splat(1)));
}

function four(plane: usize, indices: usize): v128 {
  let values = v128.load32_zero(plane + <usize>load<u32>(indices));
  values = v128.load32_lane(plane + <usize>load<u32>(indices, 4), values, 1);
  values = v128.load32_lane(plane + <usize>load<u32>(indices, 8), values, 2);
  return v128.load32_lane(plane + <usize>load<u32>(indices, 12), values, 3);
}

/** Those that are outside weigh nothing. */
function leaveOut(column: v128, row: v128, to: usize): void {
  const nextColumn = i32x4.add(column, i32x4.splat(1));
  const nextRow = i32x4.add(row, i32x4.splat(1));
  const left = outside(column, canvas.width);
  const right = outside(nextColumn, canvas.width);
  const above = outside(row, canvas.height);
  const below = outside(nextRow, canvas.height);
  let missing = weightless(column, row, v128.or(left, above), to);
  missing = f32x4.add(missing, weightless(nextColumn, row, v128.or(right, above), to + 16));
  missing = f32x4.add(missing, weightless(column, nextRow, v128.or(left, below), to + 32));
  missing = f32x4.add(missing, weightless(nextColumn, nextRow, v128.or(right, below), to + 48));
  const none = v128.or(v128.and(left, right), v128.and(above, below));
  v128.store(to, v128.andnot(f32x4.sub(f32x4.splat(1), missing), none), COVERED);
}

/** What they would have weighed that are outside; the plane's first pixel is read instead. */
function weightless(column: v128, row: v128, out: v128, to: usize): v128 {
  const weight = v128.load(to);
  v128.store(to, v128.andnot(weight, out));
  v128.store(to, v128.andnot(indexOf(column, row, canvas.width), out), INDICES);
  return v128.and(weight, out);
}

/** Others stand for those that are outside. */
function standIn(column: v128, row: v128, border: i32, to: usize): void {
  const left = continued(column, canvas.width, border);
  const right = continued(i32x4.add(column, i32x4.splat(1)), canvas.width, border);
  const above = continued(row, canvas.height, border);
  const below = continued(i32x4.add(row, i32x4.splat(1)), canvas.height, border);
  v128.store(to, indexOf(left, above, canvas.width), INDICES);
  v128.store(to, indexOf(right, above, canvas.width), INDICES + 16);
  v128.store(to, indexOf(left, below, canvas.width), INDICES + 32);
  v128.store(to, indexOf(right, below, canvas.width), INDICES + 48);
  v128.store(to, f32x4.splat(1), COVERED);
}

function floats(first: v128, second: v128): v128 {
  return v128.shuffle<f64>(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(second), 0, 2);
}
