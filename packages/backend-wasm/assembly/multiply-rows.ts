import { BLOCK_DEPTH, multiplyBlock, ownTables, packedBlock, panelsOfRows, rowTable } from "./block";
import { packAcross, packRows } from "./pack-rows";
import { FLOAT, TILE_COLUMNS, TILE_ROWS } from "./simd";

/**
 * Rows of a product, at most BLOCK_ROWS, and some of their columns: c = a · b, where a is [rows][depth], or [depth][rows] if
 * `transposed`, its rows as stored `aStride` bytes apart, and b is packed by columns.
 */
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
      k > 0,
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
