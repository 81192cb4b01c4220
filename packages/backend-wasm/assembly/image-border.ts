/*
 * Columns and rows of four pixels, some of which may be outside the image.
 */

/** Numbers of `stepWords` of @contrastive/ops. */
export const CONSTANT: i32 = 0;
export const EDGE: i32 = 1;
const REFLECT: i32 = 2;

/** A float64 that this was added to has a small whole number in its lower half. */
const SHIFT: f64 = 6755399441055744;

/** Whole numbers of float64 as such of 32 bits. */
export function wholes(first: v128, second: v128): v128 {
  const shift = f64x2.splat(SHIFT);
  return v128.shuffle<i32>(f64x2.add(first, shift), f64x2.add(second, shift), 0, 2, 4, 6);
}

export function outside(i: v128, length: i32): v128 {
  return i32x4.ge_u(i, i32x4.splat(length));
}

/** Bytes from a plane's start to the pixels. */
export function indexOf(column: v128, row: v128, width: i32): v128 {
  return i32x4.shl(i32x4.add(i32x4.mul(row, i32x4.splat(width)), column), 2);
}

/** The places inside that stand for `i`, with a border that is not constant. */
export function continued(i: v128, length: i32, border: i32): v128 {
  if (border == EDGE) return i32x4.max_s(i32x4.splat(0), i32x4.min_s(i, i32x4.splat(length - 1)));
  const period = border == REFLECT ? max(2 * (length - 1), 1) : 2 * length;
  const place = modulo(i, period);
  const mirrored = i32x4.sub(i32x4.splat(border == REFLECT ? period : period - 1), place);
  return i32x4.min_s(place, mirrored);
}

/** Exact: no place is as far away, and no period as long, as that a quotient of float32 could reach the next whole number. */
function modulo(i: v128, period: i32): v128 {
  const quotient = f32x4.floor(f32x4.div(f32x4.convert_i32x4_s(i), f32x4.splat(<f32>period)));
  return i32x4.sub(i, i32x4.mul(i32x4.trunc_sat_f32x4_s(quotient), i32x4.splat(period)));
}
