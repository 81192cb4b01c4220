import { loadLanes, storeLanes } from "./lanes";
import { multiplyRows } from "./multiply-rows";
import { PACKED_ROWS, packColumns, packTransposedColumns } from "./pack-columns";
import { FLOAT, TILE_COLUMNS } from "./simd";

/**
 * Packs right matrices [count][depth][columns], or [count][columns][depth] if `transposed`, one behind the other.
 *
 * A matrix is packed in pieces of 64 rows, or of 8 columns if transposed; tasks are groups of pieces.
 */
export function packBatch(
  begin: i32,
  end: i32,
  scratch: usize,
  count: i32,
  depth: i32,
  columns: i32,
  transposed: i32,
  piecesPerTask: i32,
  from: usize,
  packed: usize,
): void {
  const panels = (columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
  const pieces = transposed ? panels : (depth + PACKED_ROWS - 1) / PACKED_ROWS;
  const size = <usize>depth * <usize>columns * FLOAT;
  const packedSize = <usize>(panels * TILE_COLUMNS) * <usize>depth * FLOAT;
  // The order of the one tap that a plain matrix has.
  store<u32>(scratch, 0);
  for (let i = begin * piecesPerTask; i < min(count * pieces, end * piecesPerTask); i++) {
    const matrix = <usize>(i / pieces);
    const piece = i % pieces;
    const source = from + matrix * size;
    const target = packed + matrix * packedSize;
    if (transposed)
      packTransposedColumns(piece, piece + 1, scratch, 1, columns, depth, scratch, source, target);
    else packColumns(piece, piece + 1, scratch, depth, columns, source, target);
  }
}

/**
 * Products of a batch, c [batch][rows][columns], with a bias [columns] unless that is 0, then no less than `least` and no more
 * than `most`. The table has the addresses of each left matrix and of each packed right one.
 *
 * Products are cut into blocks of rows and columns; tasks are groups of blocks.
 */
export function batchProduct(
  begin: i32,
  end: i32,
  scratch: usize,
  table: usize,
  batch: i32,
  rows: i32,
  columns: i32,
  depth: i32,
  transposed: i32,
  blockRows: i32,
  blockColumns: i32,
  blocksPerTask: i32,
  bias: usize,
  least: f64,
  most: f64,
  c: usize,
): void {
  const acrossRows = (rows + blockRows - 1) / blockRows;
  const acrossColumns = (columns + blockColumns - 1) / blockColumns;
  const blocks = acrossRows * acrossColumns;
  const aStride = <usize>(transposed ? rows : depth) * FLOAT;
  const size = <usize>rows * <usize>columns * FLOAT;
  const bounded = least > -Infinity || most < Infinity;
  for (let i = begin * blocksPerTask; i < min(batch * blocks, end * blocksPerTask); i++) {
    const product = <usize>(i / blocks);
    const block = i % blocks;
    const firstRow = (block / acrossColumns) * blockRows;
    const firstColumn = (block % acrossColumns) * blockColumns;
    const endRow = min(rows, firstRow + blockRows);
    const endColumn = min(columns, firstColumn + blockColumns);
    const out = c + product * size;
    const a = <usize>load<u32>(table + (product << 3));
    const b = <usize>load<u32>(table + (product << 3), 4);
    multiplyRows(
      scratch,
      firstRow,
      endRow,
      firstColumn,
      endColumn,
      columns,
      depth,
      a,
      aStride,
      transposed != 0,
      b,
      out,
    );
    if (bias == 0 && !bounded) continue;
    for (let row = firstRow; row < endRow; row++) {
      finish(
        out + (<usize>row * <usize>columns + <usize>firstColumn) * FLOAT,
        bias == 0 ? 0 : bias + <usize>firstColumn * FLOAT,
        endColumn - firstColumn,
        f32x4.splat(<f32>least),
        f32x4.splat(<f32>most),
      );
    }
  }
}

/** Adds the bias to part of a row and bounds it; NaN stays NaN, as pmax and pmin keep their first operand unless it is out. */
function finish(at: usize, bias: usize, count: i32, least: v128, most: v128): void {
  for (let i = 0; i < count; i += 4) {
    const offset = <usize>i * FLOAT;
    let value = loadLanes(at + offset, count - i);
    if (bias != 0) value = f32x4.add(value, loadLanes(bias + offset, count - i));
    storeLanes(at + offset, f32x4.pmin(f32x4.pmax(value, least), most), count - i);
  }
}
