import { multiplyAdd, TILE_ROWS } from "./simd";

/**
 * c = a · b, or c += a · b, for one tile of TILE_ROWS × 8.
 *
 * `a` is packed as [depth][TILE_ROWS], `b` as [depth][8]; the rows of c are `stride` bytes apart. The loop is not unrolled
 * over the depth: V8 would run out of registers and spill, which halves the speed.
 */
export function multiplyTile(
  depth: i32,
  a: usize,
  b: usize,
  c: usize,
  stride: usize,
  accumulate: bool,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  let c40 = c00;
  let c41 = c00;
  let c50 = c00;
  let c51 = c00;
  for (let k = depth; k > 0; k--) {
    const left = v128.load(b);
    const right = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = multiplyAdd(x, left, c00);
    c01 = multiplyAdd(x, right, c01);
    x = v128.load32_splat(a, 4);
    c10 = multiplyAdd(x, left, c10);
    c11 = multiplyAdd(x, right, c11);
    x = v128.load32_splat(a, 8);
    c20 = multiplyAdd(x, left, c20);
    c21 = multiplyAdd(x, right, c21);
    x = v128.load32_splat(a, 12);
    c30 = multiplyAdd(x, left, c30);
    c31 = multiplyAdd(x, right, c31);
    x = v128.load32_splat(a, 16);
    c40 = multiplyAdd(x, left, c40);
    c41 = multiplyAdd(x, right, c41);
    if (TILE_ROWS == 6) {
      x = v128.load32_splat(a, 20);
      c50 = multiplyAdd(x, left, c50);
      c51 = multiplyAdd(x, right, c51);
    }
    a += TILE_ROWS * 4;
    b += 32;
  }
  // One branch for the whole tile: with one a row, V8 keeps the sums on the stack during the loop.
  if (accumulate) {
    addRow(c, c00, c01);
    addRow((c += stride), c10, c11);
    addRow((c += stride), c20, c21);
    addRow((c += stride), c30, c31);
    addRow((c += stride), c40, c41);
    if (TILE_ROWS == 6) addRow(c + stride, c50, c51);
  } else {
    storeRow(c, c00, c01);
    storeRow((c += stride), c10, c11);
    storeRow((c += stride), c20, c21);
    storeRow((c += stride), c30, c31);
    storeRow((c += stride), c40, c41);
    if (TILE_ROWS == 6) storeRow(c + stride, c50, c51);
  }
}

function addRow(c: usize, left: v128, right: v128): void {
  v128.store(c, f32x4.add(v128.load(c), left));
  v128.store(c, f32x4.add(v128.load(c, 16), right), 16);
}

function storeRow(c: usize, left: v128, right: v128): void {
  v128.store(c, left);
  v128.store(c, right, 16);
}
