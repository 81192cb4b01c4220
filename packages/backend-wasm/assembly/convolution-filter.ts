import {
  BLOCK_COLUMNS,
  BLOCK_DEPTH,
  multiplyBlock,
  ownTables,
  packedBlock,
  panelsOfRows,
  rowTable,
} from "./block";
import { packAcross } from "./pack-rows";
import { FLOAT, TILE_COLUMNS, TILE_ROWS } from "./simd";

/**
 * The gradient of a convolution's filter, [taps][channels][columns], as a matrix product over the pixels of dy.
 *
 * It adds the pixels from `firstPixel` on, `depth` of them, whose rows of dy are packed in b; x, taps, strides and zeros are
 * as in `convolve`, the grid is that of dy. Every tap's channels start a panel of their own. Tasks are blocks of panels, and
 * within them blocks of columns.
 */
export function convolveFilter(
  begin: i32,
  end: i32,
  scratch: usize,
  height: i32,
  width: i32,
  channels: i32,
  gridHeight: i32,
  gridWidth: i32,
  strideY: i32,
  strideX: i32,
  taps: i32,
  table: usize,
  columns: i32,
  firstPixel: i32,
  depth: i32,
  panelsPerTask: i32,
  x: usize,
  b: usize,
  gradient: usize,
  zeros: usize,
  accumulate: i32,
): void {
  const panelsPerTap = panelsOfRows(channels);
  const columnBlocks = (columns + BLOCK_COLUMNS - 1) / BLOCK_COLUMNS;
  const stride = <usize>columns * FLOAT;
  const addresses = rowTable(scratch);
  for (let task = begin; task < end; task++) {
    const firstPanel = (task / columnBlocks) * panelsPerTask;
    const firstColumn = (task % columnBlocks) * BLOCK_COLUMNS;
    const panels = min(panelsPerTask, taps * panelsPerTap - firstPanel);
    for (let i = 0; i < panels * TILE_ROWS; i++) {
      const panel = firstPanel + i / TILE_ROWS;
      const channel = (panel % panelsPerTap) * TILE_ROWS + (i % TILE_ROWS);
      const row = (panel / panelsPerTap) * channels + channel;
      store<u32>(
        addresses + ((<usize>i) << 2),
        channel < channels ? <u32>(gradient + <usize>row * stride) : 0,
      );
    }
    for (let k = 0; k < depth; k += BLOCK_DEPTH) {
      const blockDepth = min(BLOCK_DEPTH, depth - k);
      let packed = packedBlock(scratch);
      for (let i = 0; i < panels; i++) {
        const panel = firstPanel + i;
        const tap = panel / panelsPerTap;
        const channel = (panel % panelsPerTap) * TILE_ROWS;
        const rows = ownTables(scratch);
        if (i == 0 || channel == 0) {
          findPixels(
            rows,
            firstPixel + k,
            blockDepth,
            height,
            width,
            channels,
            gridHeight,
            gridWidth,
            strideY,
            strideX,
            table + ((<usize>tap) << 3),
            x,
            zeros,
          );
        }
        for (let j = 0; j < blockDepth; j++) {
          packAcross(
            packed,
            <usize>load<u32>(rows + ((<usize>j) << 2)) + <usize>channel * FLOAT,
            channels - channel,
          );
          packed += <usize>TILE_ROWS * FLOAT;
        }
      }
      multiplyBlock(
        scratch,
        panels,
        blockDepth,
        b + <usize>(k * TILE_COLUMNS) * FLOAT,
        <usize>(depth * TILE_COLUMNS) * FLOAT,
        firstColumn,
        min(columns, firstColumn + BLOCK_COLUMNS),
        stride,
        accumulate != 0 || k > 0,
      );
    }
  }
}

/** Writes the addresses of the pixels of x under one tap for `count` pixels of dy. */
function findPixels(
  addresses: usize,
  first: i32,
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
  gridHeight: i32,
  gridWidth: i32,
  strideY: i32,
  strideX: i32,
  tap: usize,
  x: usize,
  zeros: usize,
): void {
  const tapY = load<i32>(tap);
  const tapX = load<i32>(tap, 4);
  let column = first % gridWidth;
  let line = (first / gridWidth) % gridHeight;
  let image = first / (gridWidth * gridHeight);
  for (let i = 0; i < count; i++) {
    const row = line * strideY + tapY;
    const at = column * strideX + tapX;
    let address = zeros;
    if (<u32>row < <u32>height && <u32>at < <u32>width) {
      address = x + <usize>((image * height + row) * width + at) * <usize>channels * FLOAT;
    }
    store<u32>(addresses + ((<usize>i) << 2), <u32>address);
    if (++column < gridWidth) continue;
    column = 0;
    if (++line < gridHeight) continue;
    line = 0;
    image++;
  }
}
