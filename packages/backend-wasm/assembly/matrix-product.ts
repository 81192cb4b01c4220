import {
  BLOCK_COLUMNS,
  BLOCK_DEPTH,
  BLOCK_ROWS,
  multiplyBlock,
  ownTables,
  packedBlock,
  panelsOfRows,
  rowTable,
} from "./block";
import { packAcross, packRows } from "./pack-rows";
import { FLOAT, TILE_COLUMNS, TILE_ROWS } from "./simd";

/**
 * c = a · b, or c += a · b, where a is [rows][depth], or [depth][rows] if `transposed`, and b is packed by columns.
 *
 * Tasks are blocks of rows, and within them blocks of columns.
 */
export function matrixProduct(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  a: usize,
  transposed: i32,
  b: usize,
  c: usize,
  accumulate: i32,
): void {
  const columnBlocks = (columns + BLOCK_COLUMNS - 1) / BLOCK_COLUMNS;
  for (let task = begin; task < end; task++) {
    const firstRow = (task / columnBlocks) * BLOCK_ROWS;
    const firstColumn = (task % columnBlocks) * BLOCK_COLUMNS;
    multiplyRows(
      scratch,
      firstRow,
      min(rows, firstRow + BLOCK_ROWS),
      firstColumn,
      min(columns, firstColumn + BLOCK_COLUMNS),
      columns,
      depth,
      a,
      <usize>(transposed ? rows : depth) * FLOAT,
      transposed != 0,
      b,
      c,
      accumulate != 0,
    );
  }
}

/** At most BLOCK_ROWS rows of a product; `aStride` is in bytes. */
export function multiplyRows(
  scratch: usize,
  firstRow: i32,
  endRow: i32,
  firstColumn: i32,
  endColumn: i32,
  columns: i32,
  depth: i32,
  a: usize,
  aStride: usize,
  transposed: bool,
  b: usize,
  c: usize,
  accumulate: bool,
): void {
  const stride = <usize>columns * FLOAT;
  const panels = panelsOfRows(endRow - firstRow);
  const addresses = rowTable(scratch);
  for (let i = 0; i < panels * TILE_ROWS; i++) {
    const row = firstRow + i;
    store<u32>(addresses + ((<usize>i) << 2), row < endRow ? <u32>(c + <usize>row * stride) : 0);
  }
  for (let k = 0; k < depth; k += BLOCK_DEPTH) {
    const blockDepth = min(BLOCK_DEPTH, depth - k);
    if (transposed) {
      packAcrossRows(
        packedBlock(scratch),
        a + <usize>k * aStride + <usize>firstRow * FLOAT,
        aStride,
        endRow - firstRow,
        blockDepth,
      );
    } else {
      let packed = packedBlock(scratch);
      for (let i = 0; i < panels; i++) {
        const row = firstRow + i * TILE_ROWS;
        packRowsFrom(scratch, packed, a + <usize>k * FLOAT, aStride, row, endRow, blockDepth);
        packed += <usize>(blockDepth * TILE_ROWS) * FLOAT;
      }
    }
    multiplyBlock(
      scratch,
      panels,
      blockDepth,
      b + <usize>(k * TILE_COLUMNS) * FLOAT,
      <usize>(depth * TILE_COLUMNS) * FLOAT,
      firstColumn,
      endColumn,
      stride,
      accumulate || k > 0,
    );
  }
}

function packRowsFrom(
  scratch: usize,
  packed: usize,
  a: usize,
  stride: usize,
  row: i32,
  endRow: i32,
  depth: i32,
): void {
  const addresses = ownTables(scratch);
  for (let i = 0; i < TILE_ROWS; i++) {
    // A row past the end repeats the last one; what is made of it is never stored.
    const address = a + <usize>min(row + i, endRow - 1) * stride;
    store<u32>(addresses + ((<usize>i) << 2), <u32>address);
  }
  packRows(packed, addresses, depth);
}

/** Row by row of what is stored, though that writes to all panels in turn: it reads neighbours. */
function packAcrossRows(packed: usize, from: usize, stride: usize, count: i32, depth: i32): void {
  const panel = <usize>(depth * TILE_ROWS) * FLOAT;
  for (let k = 0; k < depth; k++) {
    let target = packed;
    let source = from;
    for (let row = 0; row < count; row += TILE_ROWS) {
      packAcross(target, source, count - row);
      target += panel;
      source += <usize>TILE_ROWS * FLOAT;
    }
    packed += <usize>TILE_ROWS * FLOAT;
    from += stride;
  }
}
