import * as canvas from "./image-canvas";
import { integer, number } from "./image-values";
import { FLOAT } from "./simd";

/*
 * An image whose pixels come from the places that a step maps them to. Places are pairs of float64, the column first, as the
 * reference computes them.
 */

/** What lies further away is as good as here. */
const FARTHEST: f64 = 65536;

/** So that a tie falls the same way whatever the rounding. */
const TIE: f64 = 1e-4;

/** Numbers of `stepWords` of @contrastive/ops. */
const NEAREST: i32 = 0;
const CONSTANT: i32 = 0;
const EDGE: i32 = 1;
const REFLECT: i32 = 2;

// Of the step that runs.
let border: i32 = 0;
let fill: f32 = 0;

export function warp(step: usize): void {
  const byX = pair(number(step, 1), number(step, 4));
  const byY = pair(number(step, 2), number(step, 5));
  const origin = pair(number(step, 3), number(step, 6));
  const divisorByX = number(step, 7);
  const divisorByY = number(step, 8);
  const outHeight = integer(step, 9);
  const outWidth = integer(step, 10);
  const nearest = integer(step, 11) == NEAREST;
  border = integer(step, 12);
  fill = <f32>number(step, 13);
  const divided = divisorByX != 0 || divisorByY != 0;
  let to = canvas.spare;
  for (let y = 0; y < outHeight; y++) {
    const ofRow = f64x2.mul(byY, f64x2.splat(<f64>y));
    for (let x = 0; x < outWidth; x++) {
      let place = f64x2.add(f64x2.add(f64x2.mul(byX, f64x2.splat(<f64>x)), ofRow), origin);
      if (divided) {
        const divisor = divisorByX * <f64>x + divisorByY * <f64>y + 1;
        place = abs(divisor) < 1e-6 ? f64x2.splat(-FARTHEST) : f64x2.div(place, f64x2.splat(divisor));
      }
      place = f64x2.pmin(f64x2.splat(FARTHEST), f64x2.pmax(f64x2.splat(-FARTHEST), place));
      if (nearest) takeNearest(place, to);
      else blend(place, to);
      to += FLOAT;
    }
  }
  canvas.swap();
  canvas.shape(outHeight, outWidth);
}

function pair(first: f64, second: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(first), 1, second);
}

function takeNearest(place: v128, to: usize): void {
  const rounded = f64x2.floor(f64x2.add(f64x2.add(place, f64x2.splat(0.5)), f64x2.splat(TIE)));
  const pixel = i32x4.trunc_sat_f64x2_s_zero(rounded);
  const column = inside(i32x4.extract_lane(pixel, 0), canvas.width);
  const row = inside(i32x4.extract_lane(pixel, 1), canvas.height);
  const outside = column < 0 || row < 0;
  let at = canvas.pixels + ((<usize>(row * canvas.width + column)) << 2);
  for (let c = 0; c < canvas.channels; c++) {
    store<f32>(to, outside ? fill : load<f32>(at));
    at += canvas.plane;
    to += canvas.plane;
  }
}

function blend(place: v128, to: usize): void {
  const corner = f64x2.floor(place);
  const part = f64x2.sub(place, corner);
  const rest = f64x2.sub(f64x2.splat(1), part);
  const pixel = i32x4.trunc_sat_f64x2_s_zero(corner);
  const left = i32x4.extract_lane(pixel, 0);
  const top = i32x4.extract_lane(pixel, 1);
  const leftAndRight = v128.shuffle<f64>(rest, part, 0, 2);
  const above = f32x4.demote_f64x2_zero(f64x2.mul(leftAndRight, v128.shuffle<f64>(rest, rest, 1, 1)));
  const below = f32x4.demote_f64x2_zero(f64x2.mul(leftAndRight, v128.shuffle<f64>(part, part, 1, 1)));
  if (left < 0 || left >= canvas.width - 1 || top < 0 || top >= canvas.height - 1) {
    blendAtBorder(left, top, above, below, to);
    return;
  }
  const a = f32x4.extract_lane(above, 0);
  const b = f32x4.extract_lane(above, 1);
  const c = f32x4.extract_lane(below, 0);
  const d = f32x4.extract_lane(below, 1);
  let at = canvas.pixels + ((<usize>(top * canvas.width + left)) << 2);
  const next = <usize>canvas.width * FLOAT;
  for (let channel = 0; channel < canvas.channels; channel++) {
    const sum = a * load<f32>(at) + b * load<f32>(at, 4);
    store<f32>(to, sum + c * load<f32>(at + next) + d * load<f32>(at + next, 4));
    at += canvas.plane;
    to += canvas.plane;
  }
}

/** Where some of the four pixels are outside. */
function blendAtBorder(left: i32, top: i32, above: v128, below: v128, to: usize): void {
  const column = inside(left, canvas.width);
  const nextColumn = inside(left + 1, canvas.width);
  const row = inside(top, canvas.height);
  const nextRow = inside(top + 1, canvas.height);
  const a = f32x4.extract_lane(above, 0);
  const b = f32x4.extract_lane(above, 1);
  const c = f32x4.extract_lane(below, 0);
  const d = f32x4.extract_lane(below, 1);
  let missing: f64 = 0;
  if (column < 0 || row < 0) missing += <f64>a;
  if (nextColumn < 0 || row < 0) missing += <f64>b;
  if (column < 0 || nextRow < 0) missing += <f64>c;
  if (nextColumn < 0 || nextRow < 0) missing += <f64>d;
  const covered = <f32>(1 - missing);
  let pixels = canvas.pixels;
  for (let channel = 0; channel < canvas.channels; channel++) {
    let sum: f32 = 0;
    if (column >= 0 && row >= 0) sum += a * pixelAt(pixels, row, column);
    if (nextColumn >= 0 && row >= 0) sum += b * pixelAt(pixels, row, nextColumn);
    if (column >= 0 && nextRow >= 0) sum += c * pixelAt(pixels, nextRow, column);
    if (nextColumn >= 0 && nextRow >= 0) sum += d * pixelAt(pixels, nextRow, nextColumn);
    // As torchvision does: what is partly outside is darkened, and then blended with the fill.
    store<f32>(to, missing == 0 ? sum : covered * (sum - fill) + fill);
    pixels += canvas.plane;
    to += canvas.plane;
  }
}

function pixelAt(pixels: usize, row: i32, column: i32): f32 {
  return load<f32>(pixels + ((<usize>(row * canvas.width + column)) << 2));
}

/** The place that stands in for `i`, or -1 where the fill does. */
function inside(i: i32, length: i32): i32 {
  if (<u32>i < <u32>length) return i;
  if (border == CONSTANT) return -1;
  if (border == EDGE) return i < 0 ? 0 : length - 1;
  if (border == REFLECT) {
    if (length == 1) return 0;
    const period = 2 * (length - 1);
    const place = modulo(i, period);
    return place < length ? place : period - place;
  }
  const place = modulo(i, 2 * length);
  return place < length ? place : 2 * length - 1 - place;
}

function modulo(i: i32, period: i32): i32 {
  return ((i % period) + period) % period;
}
