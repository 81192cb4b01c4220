import { BLOCK_ROWS } from "./block";
import { multiplyTile } from "./micro-kernel";
import { packTransposedColumns } from "./pack-columns";
import { packAcross, packRows } from "./pack-rows";
import { FLOAT, TILE_COLUMNS, TILE_ROWS } from "./simd";

/*
 * The products of contrastive losses. One set of rows, a task's own, stands in the lanes, eight to a panel; the other set
 * passes by in tiles of BLOCK_ROWS. A panel of products [row of the tile][8] is thus also what the gradient's product takes
 * as its right matrix, and whatever holds for a row of a task holds for a lane.
 */

/** Bytes of a panel of products, or of what becomes of them. */
export const PRODUCTS: usize = <usize>(BLOCK_ROWS * TILE_COLUMNS) * FLOAT;

export function dimPanels(dim: i32): i32 {
  return (dim + TILE_ROWS - 1) / TILE_ROWS;
}

/** Bytes of a tile that is packed by rows. */
export function rowsTile(dim: i32): usize {
  return <usize>(BLOCK_ROWS * dim) * FLOAT;
}

/** Bytes of a tile that is packed across. */
export function acrossTile(dim: i32): usize {
  return <usize>(dimPanels(dim) * TILE_ROWS * BLOCK_ROWS) * FLOAT;
}

/**
 * Packs x [rows][dim] in tiles of BLOCK_ROWS rows, as a left matrix, [panel][dim][TILE_ROWS], and, unless `across` is 0,
 * as a transposed one, [panel of dimensions][BLOCK_ROWS][TILE_ROWS]. Tasks are tiles.
 */
export function contrastivePack(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  dim: i32,
  x: usize,
  packed: usize,
  across: usize,
): void {
  const stride = <usize>dim * FLOAT;
  for (let tile = begin; tile < end; tile++) {
    const first = tile * BLOCK_ROWS;
    const count = min(BLOCK_ROWS, rows - first);
    const from = x + <usize>first * stride;
    packTile(scratch, from, stride, count, dim, packed + <usize>tile * rowsTile(dim));
    if (across != 0) packTileAcross(from, stride, count, dim, across + <usize>tile * acrossTile(dim));
  }
}

function packTile(scratch: usize, from: usize, stride: usize, count: i32, dim: i32, to: usize): void {
  for (let row = 0; row < count; row += TILE_ROWS) {
    for (let i = 0; i < TILE_ROWS; i++) {
      // A row past the end repeats the last one; what is made of it is never looked at.
      const address = from + <usize>min(row + i, count - 1) * stride;
      store<u32>(scratch + ((<usize>i) << 2), <u32>address);
    }
    packRows(to, scratch, dim);
    to += <usize>(dim * TILE_ROWS) * FLOAT;
  }
}

function packTileAcross(from: usize, stride: usize, count: i32, dim: i32, to: usize): void {
  const step = <usize>TILE_ROWS * FLOAT;
  for (let d = 0; d < dim; d += TILE_ROWS) {
    let source = from + <usize>d * FLOAT;
    let target = to + <usize>(d * BLOCK_ROWS) * FLOAT;
    for (let row = 0; row < count; row++) {
      packAcross(target, source, dim - d);
      source += stride;
      target += step;
    }
  }
}

/** Packs `count` rows of x from `first` on as panels of 8, [panel][dim][8]; rows past the last repeat it. */
export function packLanes(scratch: usize, x: usize, first: i32, count: i32, dim: i32, packed: usize): void {
  // One piece, at 0.
  store<u32>(scratch, 0);
  const panels = (count + TILE_COLUMNS - 1) / TILE_COLUMNS;
  const from = x + <usize>first * <usize>dim * FLOAT;
  packTransposedColumns(0, panels, scratch, 1, count, dim, scratch, from, packed);
}

/** products [rows][8] = the first `rows` rows of a packed tile times a packed panel of lanes; up to TILE_ROWS - 1 more are written. */
export function multiplyPanel(tile: usize, panel: usize, rows: i32, dim: i32, products: usize): void {
  const stride = <usize>TILE_COLUMNS * FLOAT;
  for (let row = 0; row < rows; row += TILE_ROWS) {
    multiplyTile(dim, tile, <usize>TILE_ROWS * FLOAT, panel, products, stride, false);
    tile += <usize>(dim * TILE_ROWS) * FLOAT;
    products += <usize>TILE_ROWS * stride;
  }
}
