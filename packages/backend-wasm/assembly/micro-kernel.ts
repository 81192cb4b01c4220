import { multiplyAdd, TILE_ROWS } from "./simd";

/**
 * c = a · b, or c += a · b, for one tile of TILE_ROWS × 8.
 *
 * `a` has its TILE_ROWS values of each depth side by side, `step` bytes from those of the next; `b` is packed as [depth][8];
 * the rows of c are `stride` bytes apart. The loop is not unrolled over the depth: V8 would run out of registers and spill,
 * which halves the speed.
 */
export function multiplyTile(
  depth: i32,
  a: usize,
  step: usize,
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
    a += step;
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

/** Distance of rows in `multiplyRowsTile`, in values; and in bytes. */
export const ROW_DEPTH: i32 = 64;
const ROW: usize = <usize>ROW_DEPTH * 4;

/**
 * The same for a depth of at most ROW_DEPTH, with `a` as [TILE_ROWS][ROW_DEPTH]: rows that need no packing. Their distance is
 * a constant, for V8 has no registers for more addresses; nor for the sums in a loop around this one.
 *
 * It repeats `multiplyTile` on purpose: with the distances of both as arguments, or the sums handed to a function, V8 would not
 * keep the sums in registers.
 */
export function multiplyRowsTile(
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
    x = v128.load32_splat(a, 1 * ROW);
    c10 = multiplyAdd(x, left, c10);
    c11 = multiplyAdd(x, right, c11);
    x = v128.load32_splat(a, 2 * ROW);
    c20 = multiplyAdd(x, left, c20);
    c21 = multiplyAdd(x, right, c21);
    x = v128.load32_splat(a, 3 * ROW);
    c30 = multiplyAdd(x, left, c30);
    c31 = multiplyAdd(x, right, c31);
    x = v128.load32_splat(a, 4 * ROW);
    c40 = multiplyAdd(x, left, c40);
    c41 = multiplyAdd(x, right, c41);
    if (TILE_ROWS == 6) {
      x = v128.load32_splat(a, 5 * ROW);
      c50 = multiplyAdd(x, left, c50);
      c51 = multiplyAdd(x, right, c51);
    }
    a += 4;
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
