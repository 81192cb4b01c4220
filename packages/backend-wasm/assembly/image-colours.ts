import { loadLanes } from "./lanes";

/*
 * Colours of images in planes, `plane` bytes apart, with values in 0..1. Up to three values past a plane's end are changed too.
 * Multiplied and added in two steps, in the order of the reference, whose bits come out. Loops end with their condition: V8 then
 * keeps out of them what does not change.
 */

const RED: f32 = 0.2989;
const GREEN: f32 = 0.587;
const BLUE: f32 = 0.114;

export function brightness(pixels: usize, plane: usize, count: i32, channels: i32, factor: f32): void {
  const by = f32x4.splat(factor);
  for (let c = 0; c < channels; c++) {
    const end = pixels + ((<usize>count) << 2);
    let at = pixels;
    do {
      v128.store(at, clamp(f32x4.mul(v128.load(at), by)));
      at += 16;
    } while (at < end);
    pixels += plane;
  }
}

export function contrast(pixels: usize, plane: usize, count: i32, channels: i32, factor: f32): void {
  const by = f32x4.splat(factor);
  const rest = f32x4.splat((1 - factor) * meanLuminance(pixels, plane, count, channels));
  for (let c = 0; c < channels; c++) {
    const end = pixels + ((<usize>count) << 2);
    let at = pixels;
    do {
      v128.store(at, clamp(f32x4.add(f32x4.mul(v128.load(at), by), rest)));
      at += 16;
    } while (at < end);
    pixels += plane;
  }
}

export function saturation(pixels: usize, plane: usize, count: i32, factor: f32): void {
  const by = f32x4.splat(factor);
  const others = f32x4.splat(1 - factor);
  const end = pixels + ((<usize>count) << 2);
  let at = pixels;
  do {
    const red = v128.load(at);
    const green = v128.load(at + plane);
    const blue = v128.load(at + 2 * plane);
    const rest = f32x4.mul(others, luminance(red, green, blue));
    v128.store(at, clamp(f32x4.add(f32x4.mul(red, by), rest)));
    v128.store(at + plane, clamp(f32x4.add(f32x4.mul(green, by), rest)));
    v128.store(at + 2 * plane, clamp(f32x4.add(f32x4.mul(blue, by), rest)));
    at += 16;
  } while (at < end);
}

export function grayscale(pixels: usize, plane: usize, count: i32): void {
  const end = pixels + ((<usize>count) << 2);
  let at = pixels;
  do {
    const value = luminance(v128.load(at), v128.load(at + plane), v128.load(at + 2 * plane));
    v128.store(at, value);
    v128.store(at + plane, value);
    v128.store(at + 2 * plane, value);
    at += 16;
  } while (at < end);
}

/** Turns the hue by `shift` turns. */
export function hue(pixels: usize, plane: usize, count: i32, shift: f32): void {
  const sixths = f32x4.splat(6 * shift);
  const end = pixels + ((<usize>count) << 2);
  let at = pixels;
  do {
    const red = v128.load(at);
    const green = v128.load(at + plane);
    const blue = v128.load(at + 2 * plane);
    // pmax and pmin are one instruction on x86, max and min several.
    const most = f32x4.pmax(red, f32x4.pmax(green, blue));
    const least = f32x4.pmin(red, f32x4.pmin(green, blue));
    const range = f32x4.sub(most, least);
    // Red is at 0, green at 2, blue at 4: each from the difference of the two after it.
    const isRed = f32x4.eq(most, red);
    const isGreen = f32x4.eq(most, green);
    const first = v128.bitselect(green, v128.bitselect(blue, red, isGreen), isRed);
    const second = v128.bitselect(blue, v128.bitselect(red, green, isGreen), isRed);
    const base = v128.andnot(v128.bitselect(f32x4.splat(2), f32x4.splat(4), isGreen), isRed);
    // A grey pixel has no hue, and its range of 0 takes whatever it is given; but not NaN.
    const divisor = v128.bitselect(f32x4.splat(1), range, f32x4.eq(range, f32x4.splat(0)));
    let turn = f32x4.add(base, f32x4.add(sixths, f32x4.div(f32x4.sub(first, second), divisor)));
    turn = f32x4.add(turn, v128.and(f32x4.splat(6), f32x4.lt(turn, f32x4.splat(0))));
    turn = f32x4.sub(turn, v128.and(f32x4.splat(6), f32x4.ge(turn, f32x4.splat(6))));
    v128.store(at, f32x4.add(least, f32x4.mul(range, share(turn))));
    const forGreen = f32x4.add(turn, v128.bitselect(f32x4.splat(4), f32x4.splat(-2), below(turn, 2)));
    v128.store(at + plane, f32x4.add(least, f32x4.mul(range, share(forGreen))));
    const forBlue = f32x4.add(turn, v128.bitselect(f32x4.splat(2), f32x4.splat(-4), below(turn, 4)));
    v128.store(at + 2 * plane, f32x4.add(least, f32x4.mul(range, share(forBlue))));
    at += 16;
  } while (at < end);
}

function below(turn: v128, sixths: f32): v128 {
  return f32x4.lt(turn, f32x4.splat(sixths));
}

/** Of a pixel's range, what a channel gets whose own hue lies `turn` sixths back: all within 1, nothing from 2 to 4. */
function share(turn: v128): v128 {
  return clamp(f32x4.sub(f32x4.abs(f32x4.sub(turn, f32x4.splat(3))), f32x4.splat(1)));
}

export function clamp(x: v128): v128 {
  return f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), x));
}

/** ITU-R 601, with the digits that torchvision uses: they sum to 0.9999. */
function luminance(red: v128, green: v128, blue: v128): v128 {
  return f32x4.add(
    f32x4.add(f32x4.mul(f32x4.splat(RED), red), f32x4.mul(f32x4.splat(GREEN), green)),
    f32x4.mul(f32x4.splat(BLUE), blue),
  );
}

/** A factor that float32 holds, and its products with what an image has. */
export function finite(factor: f64): f32 {
  return <f32>min<f64>(factor, 1e30);
}

function meanLuminance(pixels: usize, plane: usize, count: i32, channels: i32): f32 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i = 0; i < count; i += 4) {
    const at = pixels + ((<usize>i) << 2);
    const lanes = count - i;
    let values = loadLanes(at, lanes);
    if (channels == 3)
      values = luminance(values, loadLanes(at + plane, lanes), loadLanes(at + 2 * plane, lanes));
    low = f64x2.add(low, f64x2.promote_low_f32x4(values));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(values, values, 2, 3, 2, 3)));
  }
  const total =
    f64x2.extract_lane(low, 0) +
    f64x2.extract_lane(low, 1) +
    (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1));
  return <f32>(total / <f64>count);
}
