import { gather } from "./image-gather";
import { largestLane } from "./lanes";
import { FLOAT } from "./simd";

/*
 * What happens to each plane's values, some of it by what values it has. Up to three values past a plane's end are changed too.
 * Loops end with their condition: V8 then keeps out of them what does not change.
 */

export function solarize(pixels: usize, count: i32, threshold: f64): void {
  // One that misses the threshold by rounding alone is inverted.
  const least = f32x4.splat(<f32>(threshold - 1e-6));
  const end = pixels + ((<usize>count) << 2);
  let at = pixels;
  do {
    const value = v128.load(at);
    v128.store(at, v128.bitselect(inverted(value), value, f32x4.ge(value, least)));
    at += 16;
  } while (at < end);
}

export function invert(pixels: usize, count: i32): void {
  const end = pixels + ((<usize>count) << 2);
  let at = pixels;
  do {
    v128.store(at, inverted(v128.load(at)));
    at += 16;
  } while (at < end);
}

function inverted(value: v128): v128 {
  return f32x4.sub(f32x4.splat(1), value);
}

export function posterize(pixels: usize, count: i32, bits: i32): void {
  const levels = <f32>(1 << bits);
  const most = f32x4.splat(levels - 1);
  const end = pixels + ((<usize>count) << 2);
  let at = pixels;
  do {
    const level = f32x4.floor(f32x4.mul(v128.load(at), f32x4.splat(levels)));
    const within = f32x4.pmin(most, f32x4.pmax(f32x4.splat(0), level));
    // A power of two has an exact inverse.
    v128.store(at, f32x4.mul(within, f32x4.splat(1 / levels)));
    at += 16;
  } while (at < end);
}

/** With Pillow's table; `table` has room for 256 values. The pixels are their levels in between. */
export function equalize(pixels: usize, count: i32, table: usize): void {
  memory.fill(table, 0, 256 * FLOAT);
  const end = pixels + ((<usize>count) << 2);
  let at = pixels;
  do {
    v128.store(at, levelsOf(v128.load(at)));
    at += 16;
  } while (at < end);
  const whole = pixels + ((<usize>(count & ~3)) << 2);
  for (at = pixels; at < whole; at += 16) {
    increment(table + <usize>load<u32>(at));
    increment(table + <usize>load<u32>(at, 4));
    increment(table + <usize>load<u32>(at, 8));
    increment(table + <usize>load<u32>(at, 12));
  }
  for (; at < end; at += FLOAT) increment(table + <usize>load<u32>(at));
  spreadLevels(table, count);
  gather(table, pixels, count, pixels);
}

/** Bytes from a table's start to the entries of the values' levels, as torchvision makes bytes of floats. */
function levelsOf(values: v128): v128 {
  const levels = i32x4.trunc_sat_f32x4_s(f32x4.mul(values, f32x4.splat(255.999)));
  return i32x4.shl(i32x4.max_s(i32x4.splat(0), i32x4.min_s(levels, i32x4.splat(255))), 2);
}

function increment(at: usize): void {
  store<u32>(at, load<u32>(at) + 1);
}

/** Makes each level's new value of the counts. */
function spreadLevels(table: usize, count: i32): void {
  let highest: u32 = 0;
  for (let level: usize = 0; level < 256; level++) {
    const pixels = load<u32>(table + level * FLOAT);
    if (pixels > 0) highest = pixels;
  }
  const each = (<u32>count - highest) / 255;
  let below: u32 = 0;
  for (let level: u32 = 0; level < 256; level++) {
    const at = table + <usize>level * FLOAT;
    const pixels = load<u32>(at);
    const spread = each == 0 ? level : min<u32>(255, (below + (each >> 1)) / each);
    store<f32>(at, <f32>spread / 255);
    below += pixels;
  }
}

export function autocontrast(pixels: usize, count: i32): void {
  const end = pixels + ((<usize>count) << 2);
  const whole = pixels + ((<usize>(count & ~3)) << 2);
  let lows = f32x4.splat(1);
  let highs = f32x4.splat(0);
  for (let at = pixels; at < whole; at += 16) {
    lows = f32x4.pmin(lows, v128.load(at));
    highs = f32x4.pmax(highs, v128.load(at));
  }
  for (let at = whole; at < end; at += FLOAT) {
    lows = f32x4.pmin(lows, v128.load32_splat(at));
    highs = f32x4.pmax(highs, v128.load32_splat(at));
  }
  const least = -largestLane(f32x4.neg(lows));
  const range = largestLane(highs) - least;
  // A range of rounding errors is none.
  if (<f64>range < 1e-4) return;
  let at = pixels;
  do {
    v128.store(at, f32x4.div(f32x4.sub(v128.load(at), f32x4.splat(least)), f32x4.splat(range)));
    at += 16;
  } while (at < end);
}
