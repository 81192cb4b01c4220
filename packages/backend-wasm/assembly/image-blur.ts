import { FLOAT } from "./simd";

/*
 * A Gaussian of `radius` pixels on either side, reflecting at the border without repeating the edge: rows first. Both passes write
 * up to 15 values past a row's end. Multiplied and added in two steps, in the order of the reference, whose bits come out.
 */

/** Values a pass makes at a time. */
const WIDE: usize = 64;

/** Weights from the centre outwards that sum to 1 with those on the other side; `decay` is e^(-1/2σ²). */
export function gaussian(radius: i32, decay: f64, weights: usize): void {
  let total: f64 = 1;
  let weight: f64 = 1;
  let ratio = decay;
  for (let k = 1; k <= radius; k++) {
    weight *= ratio;
    ratio *= decay * decay;
    total += 2 * weight;
  }
  weight = 1;
  ratio = decay;
  for (let k = 0; k <= radius; k++) {
    store<f32>(weights + ((<usize>k) << 2), <f32>(weight / total));
    weight *= ratio;
    ratio *= decay * decay;
  }
}

/** `padded` takes a row and `radius` values on either side. */
export function blurRows(
  from: usize,
  height: i32,
  width: i32,
  radius: i32,
  weights: usize,
  padded: usize,
  to: usize,
): void {
  const bytes = <usize>width * FLOAT;
  const center = padded + <usize>radius * FLOAT;
  for (let y = 0; y < height; y++) {
    memory.copy(center, from, bytes);
    for (let k = 1; k <= radius; k++) {
      const by = (<usize>k) << 2;
      store<f32>(center - by, load<f32>(center + by));
      store<f32>(center + bytes - FLOAT + by, load<f32>(center + bytes - FLOAT - by));
    }
    for (let x: usize = 0; x < bytes; x += WIDE) {
      const at = center + x;
      const middle = v128.load32_splat(weights);
      let a = f32x4.mul(middle, v128.load(at));
      let b = f32x4.mul(middle, v128.load(at, 16));
      let c = f32x4.mul(middle, v128.load(at, 32));
      let d = f32x4.mul(middle, v128.load(at, 48));
      for (let k = 1; k <= radius; k++) {
        const by = (<usize>k) << 2;
        const weight = v128.load32_splat(weights + by);
        a = add(a, weight, v128.load(at - by), v128.load(at + by));
        b = add(b, weight, v128.load(at - by, 16), v128.load(at + by, 16));
        c = add(c, weight, v128.load(at - by, 32), v128.load(at + by, 32));
        d = add(d, weight, v128.load(at - by, 48), v128.load(at + by, 48));
      }
      put(to + x, a, b, c, d);
    }
    from += bytes;
    to += bytes;
  }
}

export function blurColumns(
  from: usize,
  height: i32,
  width: i32,
  radius: i32,
  weights: usize,
  to: usize,
): void {
  const bytes = <usize>width * FLOAT;
  for (let y = 0; y < height; y++) {
    const row = from + <usize>y * bytes;
    for (let x: usize = 0; x < bytes; x += WIDE) {
      const at = row + x;
      const middle = v128.load32_splat(weights);
      let a = f32x4.mul(middle, v128.load(at));
      let b = f32x4.mul(middle, v128.load(at, 16));
      let c = f32x4.mul(middle, v128.load(at, 32));
      let d = f32x4.mul(middle, v128.load(at, 48));
      for (let k = 1; k <= radius; k++) {
        const weight = v128.load32_splat(weights + ((<usize>k) << 2));
        const above = from + <usize>reflect(y - k, height) * bytes + x;
        const below = from + <usize>reflect(y + k, height) * bytes + x;
        a = add(a, weight, v128.load(above), v128.load(below));
        b = add(b, weight, v128.load(above, 16), v128.load(below, 16));
        c = add(c, weight, v128.load(above, 32), v128.load(below, 32));
        d = add(d, weight, v128.load(above, 48), v128.load(below, 48));
      }
      put(to + x, a, b, c, d);
    }
    to += bytes;
  }
}

function add(sum: v128, weight: v128, left: v128, right: v128): v128 {
  return f32x4.add(sum, f32x4.mul(weight, f32x4.add(left, right)));
}

function put(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 32);
  v128.store(to, d, 48);
}

/** The pixel that stands in for one less than a side's length outside. */
function reflect(i: i32, length: i32): i32 {
  if (i < 0) return -i;
  return i < length ? i : 2 * (length - 1) - i;
}
