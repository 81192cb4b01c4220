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
import { packRows } from "./pack-rows";
import { FLOAT, TILE_COLUMNS, TILE_ROWS } from "./simd";

/** A row of the block, that is a pixel of the grid: where its image begins, and its position in it before the taps. */
const PIXEL: usize = 12;
const TAP_ROWS: usize = <usize>BLOCK_ROWS * PIXEL;

/** So far out that no tap leads back into the image. */
const OUTSIDE: i32 = -(1 << 28);

/**
 * A convolution as one matrix product whose left matrix, the pixels under each tap, is never laid out.
 *
 * Over a grid [images][gridHeight][gridWidth], a grid point (r, s) sums x at (r · strideY + tap.y, s · strideX + tap.x) for
 * the `taps` pairs of 32-bit numbers in `table`, and goes to (r · stepY + fromY, s · stepX + fromX) of the result. That
 * covers the convolution and, with one grid for each residue of the pixel modulo the stride, the gradient of its input.
 *
 * x is [images][height][width][channels], the result [images][outHeight][outWidth][columns], b [taps · channels][columns]
 * packed; `zeros` are at least `channels` zeros. Tasks are blocks of grid points, and within them blocks of columns.
 */
export function convolve(
  begin: i32,
  end: i32,
  scratch: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  gridHeight: i32,
  gridWidth: i32,
  strideY: i32,
  strideX: i32,
  taps: i32,
  table: usize,
  outHeight: i32,
  outWidth: i32,
  columns: i32,
  stepY: i32,
  stepX: i32,
  fromY: i32,
  fromX: i32,
  x: usize,
  b: usize,
  y: usize,
  zeros: usize,
): void {
  const rows = images * gridHeight * gridWidth;
  const depth = taps * channels;
  const columnBlocks = (columns + BLOCK_COLUMNS - 1) / BLOCK_COLUMNS;
  const imageSize = <usize>(height * width * channels) * FLOAT;
  const addresses = rowTable(scratch);
  const pixels = ownTables(scratch);
  for (let task = begin; task < end; task++) {
    const firstRow = (task / columnBlocks) * BLOCK_ROWS;
    const firstColumn = (task % columnBlocks) * BLOCK_COLUMNS;
    const panels = panelsOfRows(min(rows - firstRow, BLOCK_ROWS));
    for (let i = 0; i < panels * TILE_ROWS; i++) {
      const row = firstRow + i;
      const pixel = pixels + <usize>i * PIXEL;
      let address: usize = 0;
      if (row < rows) {
        const column = row % gridWidth;
        const line = (row / gridWidth) % gridHeight;
        const image = row / (gridWidth * gridHeight);
        const to = (image * outHeight + line * stepY + fromY) * outWidth + column * stepX + fromX;
        address = y + <usize>to * <usize>columns * FLOAT;
        store<u32>(pixel, <u32>(x + <usize>image * imageSize));
        store<i32>(pixel, line * strideY, 4);
        store<i32>(pixel, column * strideX, 8);
      } else {
        store<u32>(pixel, <u32>x);
        store<i32>(pixel, OUTSIDE, 4);
        store<i32>(pixel, OUTSIDE, 8);
      }
      store<u32>(addresses + ((<usize>i) << 2), <u32>address);
    }
    for (let k = 0; k < depth; k += BLOCK_DEPTH) {
      const blockDepth = min(BLOCK_DEPTH, depth - k);
      packPixels(scratch, panels, k, blockDepth, height, width, channels, table, zeros);
      multiplyBlock(
        scratch,
        panels,
        blockDepth,
        b + <usize>(k * TILE_COLUMNS) * FLOAT,
        <usize>(depth * TILE_COLUMNS) * FLOAT,
        firstColumn,
        min(columns, firstColumn + BLOCK_COLUMNS),
        <usize>(columns * stepX) * FLOAT,
        k > 0,
      );
    }
  }
}

/** Packs values `first` up to `first + depth` of the block's rows; the values of a row run over taps, then channels. */
function packPixels(
  scratch: usize,
  panels: i32,
  first: i32,
  depth: i32,
  height: i32,
  width: i32,
  channels: i32,
  table: usize,
  zeros: usize,
): void {
  const pixels = ownTables(scratch);
  const addresses = pixels + TAP_ROWS;
  let k = first;
  while (k < first + depth) {
    const tap = k / channels;
    const channel = k - tap * channels;
    const length = min(channels - channel, first + depth - k);
    const tapY = load<i32>(table + ((<usize>tap) << 3));
    const tapX = load<i32>(table + ((<usize>tap) << 3), 4);
    for (let panel = 0; panel < panels; panel++) {
      for (let i = 0; i < TILE_ROWS; i++) {
        const pixel = pixels + <usize>(panel * TILE_ROWS + i) * PIXEL;
        const row = load<i32>(pixel, 4) + tapY;
        const column = load<i32>(pixel, 8) + tapX;
        let address = zeros;
        if (<u32>row < <u32>height && <u32>column < <u32>width) {
          address = <usize>load<u32>(pixel) + <usize>((row * width + column) * channels + channel) * FLOAT;
        }
        store<u32>(addresses + ((<usize>i) << 2), <u32>address);
      }
      packRows(
        packedBlock(scratch) + <usize>((panel * depth + k - first) * TILE_ROWS) * FLOAT,
        addresses,
        length,
      );
    }
    k += length;
  }
}
