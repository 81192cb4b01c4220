/** Rows of the tile that the micro-kernel holds in registers: one more where multiply-add needs no register of its own. */
export const TILE_ROWS: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;

/** Columns of the tile: two vectors. */
export const TILE_COLUMNS: i32 = 8;

/** Bytes of a float32. */
export const FLOAT: usize = 4;

/** a · b + c; the relaxed variant may round once instead of twice. */
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** factor · a */
export function scale(factor: f32, a: v128): v128 {
  return f32x4.mul(f32x4.splat(factor), a);
}
