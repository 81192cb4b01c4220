import { multiplyTile } from "./micro-kernel";
import { FLOAT, TILE_COLUMNS, TILE_ROWS } from "./simd";

/** Rows of the left matrix that are packed at a time; a multiple of both tile heights. */
export const BLOCK_ROWS: i32 = 120;

/** Columns that one task computes: few enough that their panels stay in the cache, enough to repay packing the rows. */
export const BLOCK_COLUMNS: i32 = 256;

/** Depth that is packed at a time: the block of rows and a panel of columns stay in the cache. */
export const BLOCK_DEPTH: i32 = 256;

/** A thread's scratch memory: a tile, the addresses of a block's rows, room for a kernel's own tables, the packed block. */
const ROW_TABLE: usize = 256;
const OWN_TABLES: usize = ROW_TABLE + <usize>BLOCK_ROWS * 4;
const PACKED: usize = OWN_TABLES + <usize>BLOCK_ROWS * 16;

export function rowTable(scratch: usize): usize {
  return scratch + ROW_TABLE;
}

export function ownTables(scratch: usize): usize {
  return scratch + OWN_TABLES;
}

export function packedBlock(scratch: usize): usize {
  return scratch + PACKED;
}

/** What the kernels on blocks take of scratch memory for each thread. */
export function blockScratch(): usize {
  return PACKED + <usize>(BLOCK_ROWS * BLOCK_DEPTH) * FLOAT;
}

export function panelsOfRows(rows: i32): i32 {
  return (rows + TILE_ROWS - 1) / TILE_ROWS;
}

/**
 * Multiplies the packed block of rows by columns from `firstColumn` up to `endColumn`, into the rows whose addresses the row
 * table holds; a row with address 0 does not exist.
 *
 * `b` is where the first panel of the whole right matrix has this block's depth; its panels are `panelStride` bytes apart.
 * `stride` is the distance of neighbouring rows of the result where they are evenly spaced.
 */
export function multiplyBlock(
  scratch: usize,
  rowPanels: i32,
  depth: i32,
  b: usize,
  panelStride: usize,
  firstColumn: i32,
  endColumn: i32,
  stride: usize,
  accumulate: bool,
): void {
  const tileStride = <usize>TILE_COLUMNS * FLOAT;
  for (let column = firstColumn; column < endColumn; column += TILE_COLUMNS) {
    const panel = b + <usize>(column / TILE_COLUMNS) * panelStride;
    const count = min(TILE_COLUMNS, endColumn - column);
    const offset = <usize>column * FLOAT;
    let packed = packedBlock(scratch);
    let addresses = rowTable(scratch);
    for (let i = 0; i < rowPanels; i++) {
      if (count == TILE_COLUMNS && areEvenlySpaced(addresses, stride)) {
        multiplyTile(
          depth,
          packed,
          <usize>TILE_ROWS * FLOAT,
          panel,
          <usize>load<u32>(addresses) + offset,
          stride,
          accumulate,
        );
      } else {
        multiplyTile(depth, packed, <usize>TILE_ROWS * FLOAT, panel, scratch, tileStride, false);
        copyTile(scratch, addresses, offset, count, accumulate);
      }
      packed += <usize>(depth * TILE_ROWS) * FLOAT;
      addresses += <usize>TILE_ROWS * 4;
    }
  }
}

/** True if all rows of a tile exist and are `stride` bytes apart. */
function areEvenlySpaced(addresses: usize, stride: usize): bool {
  let expected = <usize>load<u32>(addresses);
  if (expected == 0) return false;
  for (let row = 1; row < TILE_ROWS; row++) {
    expected += stride;
    if (<usize>load<u32>(addresses + ((<usize>row) << 2)) != expected) return false;
  }
  return true;
}

/** Puts a tile's rows where they belong, one by one. */
function copyTile(tile: usize, addresses: usize, offset: usize, count: i32, accumulate: bool): void {
  for (let row = 0; row < TILE_ROWS; row++) {
    const address = <usize>load<u32>(addresses + ((<usize>row) << 2));
    if (address == 0) continue;
    const target = address + offset;
    const source = tile + <usize>(row * TILE_COLUMNS) * FLOAT;
    for (let i: usize = 0; i < <usize>count * FLOAT; i += FLOAT) {
      const value = load<f32>(source + i);
      store<f32>(target + i, accumulate ? load<f32>(target + i) + value : value);
    }
  }
}
