import { loadLanes, storeLanes } from "./lanes";
import { FLOAT, TILE_COLUMNS } from "./simd";
import { transposeFour } from "./transpose-four";

/** Bytes of one row of a panel. */
const STEP: usize = <usize>TILE_COLUMNS * FLOAT;

/** Rows of a task of `packColumns`, few enough that they are read once. */
export const PACKED_ROWS: i32 = 64;

/**
 * Packs a right matrix [depth][columns] into panels of 8 columns, [panel][depth][8]; missing columns are 0.
 *
 * Tasks are groups of 64 rows.
 */
export function packColumns(
  begin: i32,
  end: i32,
  scratch: usize,
  depth: i32,
  columns: i32,
  from: usize,
  packed: usize,
): void {
  const stride = <usize>columns * FLOAT;
  const panels = (columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
  for (let task = begin; task < end; task++) {
    const first = task * PACKED_ROWS;
    const last = min(depth, first + PACKED_ROWS);
    for (let panel = 0; panel < panels; panel++) {
      const count = min(TILE_COLUMNS, columns - panel * TILE_COLUMNS);
      let source = from + <usize>first * stride + <usize>panel * STEP;
      let target = packed + (<usize>panel * <usize>depth + <usize>first) * STEP;
      for (let k = first; k < last; k++) {
        storeLanes(target, loadLanes(source, count), 4);
        storeLanes(target + 16, count > 4 ? loadLanes(source + 16, count - 4) : f32x4.splat(0), 4);
        source += stride;
        target += STEP;
      }
    }
  }
}

/**
 * The same from a right matrix that is stored transposed and in pieces: [tap][columns][depth / taps], of which the depth runs
 * over the taps in the order of the table, whose entries are 32-bit numbers. A plain transposed matrix has one tap.
 */
export function packTransposedColumns(
  begin: i32,
  end: i32,
  scratch: usize,
  taps: i32,
  columns: i32,
  length: i32,
  table: usize,
  from: usize,
  packed: usize,
): void {
  const row = <usize>length * FLOAT;
  const tapStride = <usize>columns * row;
  for (let panel = begin; panel < end; panel++) {
    const first = panel * TILE_COLUMNS;
    const count = min(TILE_COLUMNS, columns - first);
    let target = packed + <usize>panel * <usize>(taps * length) * STEP;
    for (let tap = 0; tap < taps; tap++) {
      const source = from + <usize>load<u32>(table + ((<usize>tap) << 2)) * tapStride + <usize>first * row;
      for (let i = 0; i < TILE_COLUMNS; i += 4)
        packFour(target + <usize>i * FLOAT, source, row, i, count, length);
      target += <usize>length * STEP;
    }
  }
}

/** Four columns of a panel; columns past `count` repeat the last one, and what is made of them is never stored. */
function packFour(target: usize, source: usize, row: usize, first: i32, count: i32, length: i32): void {
  const last = count - 1;
  let row0 = source + <usize>min(first, last) * row;
  let row1 = source + <usize>min(first + 1, last) * row;
  let row2 = source + <usize>min(first + 2, last) * row;
  let row3 = source + <usize>min(first + 3, last) * row;
  let left = length;
  for (; left >= 4; left -= 4) {
    transposeFour(row0, row1, row2, row3, target, STEP);
    row0 += 16;
    row1 += 16;
    row2 += 16;
    row3 += 16;
    target += 4 * STEP;
  }
  for (; left > 0; left--) {
    store<f32>(target, load<f32>(row0));
    store<f32>(target, load<f32>(row1), 4);
    store<f32>(target, load<f32>(row2), 8);
    store<f32>(target, load<f32>(row3), 12);
    row0 += FLOAT;
    row1 += FLOAT;
    row2 += FLOAT;
    row3 += FLOAT;
    target += STEP;
  }
}
