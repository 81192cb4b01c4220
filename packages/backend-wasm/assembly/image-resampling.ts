import { FLOAT } from "./simd";

/*
 * A table of new pixels along one side of an image, an entry for each: the offset of the first old one in bytes, how many there
 * are, then their weights, which sum to `whole`. There are always two weights, if need be 0. The last entry comes four times, for
 * those who read four at a time.
 */

export const WEIGHTS: usize = 8;

/** Bytes of an entry. */
export function entryBytes(from: i32, to: i32): usize {
  return WEIGHTS + <usize>taps(from, to) * FLOAT;
}

/** Most bytes of a table for sides of this many pixels at most. */
export function tableBytes(side: i32): usize {
  // Old pixels count twice, as new ones overlap.
  return <usize>(side + 3) * (WEIGHTS + 7 * FLOAT);
}

/**
 * The antialiased bilinear filter of Pillow and torchvision, a triangle as wide as a new pixel and never narrower than an old
 * one. Old pixels are `step` bytes apart; `mirrored` puts the new ones in reverse.
 */
export function resampling(from: i32, to: i32, step: i32, whole: f64, mirrored: bool, table: usize): void {
  const scale = <f64>from / <f64>to;
  const radius = max<f64>(scale, 1);
  const size = entryBytes(from, to);
  for (let i = 0; i < to; i++) {
    const entry = table + <usize>(mirrored ? to - 1 - i : i) * size;
    const center = scale * (<f64>i + 0.5);
    const start = max<i32>(<i32>floor(center - radius + 0.5), 0);
    const end = min<i32>(<i32>floor(center + radius + 0.5), from);
    let total: f64 = 0;
    for (let k = start; k < end; k++) total += weight(k, center, radius);
    store<u32>(entry, <u32>(start * step));
    store<i32>(entry + 4, end - start);
    store<f32>(entry + WEIGHTS + FLOAT, 0);
    let at = entry + WEIGHTS;
    for (let k = start; k < end; k++) {
      store<f32>(at, <f32>((whole * weight(k, center, radius)) / total));
      at += FLOAT;
    }
  }
  const last = table + <usize>(to - 1) * size;
  for (let copy: usize = 1; copy < 4; copy++) memory.copy(last + copy * size, last, size);
}

function taps(from: i32, to: i32): i32 {
  return <i32>ceil(max<f64>(<f64>from / <f64>to, 1)) * 2 + 1;
}

function weight(k: i32, center: f64, radius: f64): f64 {
  return max<f64>(0, 1 - abs<f64>(<f64>k + 0.5 - center) / radius);
}
