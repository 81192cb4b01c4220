import { FLOAT, TILE_COLUMNS } from "./simd";
import { transposeFour } from "./transpose-four";
import { VECTOR } from "./winograd-lines";
import { FILTERS, tapLine } from "./winograd-scheme";

/** Rows of a panel that are transformed at a time, and their bytes. */
const ROWS: i32 = 16;
const PANEL_ROW: usize = <usize>TILE_COLUMNS * FLOAT;
const RUN: usize = <usize>ROWS * PANEL_ROW;

/** Scratch memory for the transforms of filters: 3×3 runs, then 3×6. */
export function filterScratch(): usize {
  return 27 * RUN;
}

/** Bytes of a packed frequency; the odd cache line keeps frequencies from falling into the same set of the cache. */
export function filterFrequency(depth: i32, columns: i32): usize {
  return <usize>((columns + TILE_COLUMNS - 1) / TILE_COLUMNS) * <usize>depth * PANEL_ROW + 64;
}

/** Bytes of a transformed and packed filter. */
export function filterBytes(depth: i32, columns: i32): usize {
  return <usize>FILTERS * filterFrequency(depth, columns);
}

/**
 * Transforms a filter [3][3][channels][columns], G g Gᵀ, and packs each of the 6×6 frequencies as the right matrix of a product: of depth
 * `channels`, or, if `flipped`, turned by 180° and transposed, of depth `columns`, for the gradient of the input.
 *
 * Tasks are panels of eight columns of that matrix.
 */
export function transformFilter(
  begin: i32,
  end: i32,
  scratch: usize,
  scheme: i32,
  channels: i32,
  columns: i32,
  filter: usize,
  flipped: i32,
  packed: usize,
): void {
  const depth = flipped ? columns : channels;
  const stride = filterFrequency(depth, flipped ? channels : columns);
  for (let panel = begin; panel < end; panel++) {
    const to = packed + <usize>panel * <usize>depth * PANEL_ROW;
    transformPanel(scratch, scheme, channels, columns, filter, flipped != 0, panel, to, stride);
  }
}

/** One panel of eight columns, its frequencies `stride` bytes apart. */
export function transformPanel(
  scratch: usize,
  scheme: i32,
  channels: i32,
  columns: i32,
  filter: usize,
  flipped: bool,
  panel: i32,
  to: usize,
  stride: usize,
): void {
  const depth = flipped ? columns : channels;
  const row = <usize>columns * FLOAT;
  const tap = <usize>channels * row;
  const transformed = scratch + 9 * RUN;
  const first = panel * TILE_COLUMNS;
  const count = min(TILE_COLUMNS, (flipped ? channels : columns) - first);
  for (let k = 0; k < depth; k += ROWS) {
    const rows = min(ROWS, depth - k);
    for (let t: usize = 0; t < 9; t++) {
      if (flipped) {
        const from = filter + (8 - t) * tap + <usize>first * row + <usize>k * FLOAT;
        takeTransposed(scratch + t * RUN, from, row, count, rows);
      } else {
        const from = filter + t * tap + <usize>k * row + <usize>first * FLOAT;
        takeRows(scratch + t * RUN, from, row, count, rows);
      }
    }
    const vectors = rows * 2;
    // Along the columns of taps: [row of frequencies][column of taps].
    for (let j: usize = 0; j < 3; j++) {
      tapLine(scheme, scratch + j * RUN, 3 * RUN, vectors, transformed + j * RUN, 3 * RUN);
    }
    for (let i: usize = 0; i < 6; i++) {
      const at = to + <usize>k * PANEL_ROW + i * 6 * stride;
      tapLine(scheme, transformed + i * 3 * RUN, RUN, vectors, at, stride);
    }
  }
}

/** `rows` rows of `count` columns, four or eight, as rows of eight; those that there aren't are 0. */
function takeRows(to: usize, from: usize, stride: usize, count: i32, rows: i32): void {
  for (let i = 0; i < rows; i++) {
    v128.store(to, v128.load(from));
    v128.store(to, count > 4 ? v128.load(from, 16) : f32x4.splat(0), 16);
    from += stride;
    to += PANEL_ROW;
  }
}

/** The same of a matrix that is stored transposed: `count` rows of `rows` values, a multiple of four. */
function takeTransposed(to: usize, from: usize, stride: usize, count: i32, rows: i32): void {
  for (let i = 0; i < rows; i += 4) {
    transposeRows(from, stride, to);
    if (count > 4) transposeRows(from + 4 * stride, stride, to + VECTOR);
    else clearFour(to + VECTOR);
    from += VECTOR;
    to += 4 * PANEL_ROW;
  }
}

function transposeRows(from: usize, stride: usize, to: usize): void {
  transposeFour(from, from + stride, from + 2 * stride, from + 3 * stride, to, PANEL_ROW);
}

function clearFour(to: usize): void {
  const zero = f32x4.splat(0);
  v128.store(to, zero);
  v128.store(to + PANEL_ROW, zero);
  v128.store(to + 2 * PANEL_ROW, zero);
  v128.store(to + 3 * PANEL_ROW, zero);
}
