import { multiplyTile } from "./micro-kernel";
import { FLOAT, TILE_COLUMNS, TILE_ROWS } from "./simd";
import {
  BLOCK,
  BLOCK_ROW,
  gradientFrequency,
  gradientInputFrequency,
  PANEL_ROW,
} from "./winograd-gradient-tiles";
import { FILTER_EDGE, filterOf, FILTERS, frequencyEdge, tapGradientLine } from "./winograd-scheme";
import { TRANSFORM_SCRATCH } from "./winograd-tiles";

/** Most columns of a task, and bytes of a row of its sums. */
const MOST_COLUMNS: i32 = 64;
export const SUM_ROW: usize = <usize>MOST_COLUMNS * FLOAT;

/** Scratch memory of the inverse transform: 6×3 runs of columns. */
const INVERSE_SCRATCH: usize = 18 * SUM_ROW;

/** Bytes of the sums of a task of `rowsPerTask` channels. */
export function gradientSumBytes(rowsPerTask: i32): usize {
  return <usize>(FILTERS * rowsPerTask) * SUM_ROW;
}

/** What the steps take of scratch memory for each thread; `rowsPerTask` is 0 for those that hold no sums there. */
export function gradientScratch(rowsPerTask: i32): usize {
  return max(TRANSFORM_SCRATCH, INVERSE_SCRATCH) + gradientSumBytes(rowsPerTask);
}

/**
 * Second step, after `winogradGradientTiles`: adds the products of the batch to the sums, `sums` [task][36][rowsPerTask][64], and
 * after the last batch transforms them to the gradient, [3][3][channels][columns]. If there is one batch, `sums` may be 0.
 *
 * Tasks are groups of channels, a multiple of a tile's rows, and within them blocks of columns.
 */
export function winogradGradientProducts(
  begin: i32,
  end: i32,
  scratch: usize,
  scheme: i32,
  channels: i32,
  columns: i32,
  tiles: i32,
  rowsPerTask: i32,
  columnsPerTask: i32,
  inputs: usize,
  gradients: usize,
  sums: usize,
  gradient: usize,
  first: i32,
  last: i32,
): void {
  const columnBlocks = blocksOf(columns, columnsPerTask);
  const inStride = gradientInputFrequency(tiles, channels);
  const gradientStride = gradientFrequency(tiles, columns);
  const sumStride = <usize>rowsPerTask * SUM_ROW;
  const edge = frequencyEdge(scheme);
  for (let task = begin; task < end; task++) {
    const row = (task / columnBlocks) * rowsPerTask;
    const column = (task % columnBlocks) * columnsPerTask;
    const rows = min(rowsPerTask, channels - row);
    const count = min(columnsPerTask, columns - column);
    const own =
      sums == 0
        ? scratch + max(TRANSFORM_SCRATCH, INVERSE_SCRATCH)
        : sums + <usize>task * gradientSumBytes(rowsPerTask);
    const b = gradients + <usize>(column / TILE_COLUMNS) * <usize>tiles * PANEL_ROW;
    for (let f = 0; f < edge * edge; f++) {
      const a = inputs + <usize>f * inStride;
      // Frequencies of one filter have one sum.
      const accumulate = first == 0 || f / edge >= FILTER_EDGE || f % edge >= FILTER_EDGE;
      for (let j = 0; j < count; j += TILE_COLUMNS) {
        const panel = b + <usize>f * gradientStride + <usize>(j / TILE_COLUMNS) * <usize>tiles * PANEL_ROW;
        const to = own + <usize>filterOf(scheme, f) * sumStride + <usize>j * FLOAT;
        for (let i = 0; i < rows; i += TILE_ROWS) {
          multiplyTile(
            tiles,
            a + <usize>((row + i) / BLOCK) * <usize>tiles * BLOCK_ROW + <usize>((row + i) % BLOCK) * FLOAT,
            BLOCK_ROW,
            panel,
            to + <usize>i * SUM_ROW,
            SUM_ROW,
            accumulate,
          );
        }
      }
    }
    if (last != 0) {
      const to = gradient + <usize>(row * columns + column) * FLOAT;
      transformSums(scratch, scheme, own, sumStride, rows, count, channels, columns, to);
    }
  }
}

/** The sums of a task's rows and columns to their taps, from `to` on. */
export function transformSums(
  scratch: usize,
  scheme: i32,
  sums: usize,
  sumStride: usize,
  rows: i32,
  count: i32,
  channels: i32,
  columns: i32,
  to: usize,
): void {
  const tapStride = <usize>(channels * columns) * FLOAT;
  for (let i = 0; i < rows; i++) {
    for (let k: usize = 0; k < 6; k++) {
      const from = sums + k * 6 * sumStride + <usize>i * SUM_ROW;
      tapGradientLine(scheme, from, sumStride, count / 4, scratch + k * SUM_ROW, 6 * SUM_ROW);
    }
    for (let j: usize = 0; j < 3; j++) {
      const from = scratch + j * 6 * SUM_ROW;
      tapGradientLine(scheme, from, SUM_ROW, count / 4, to + j * tapStride, 3 * tapStride);
    }
    to += <usize>columns * FLOAT;
  }
}

/** Tasks, or blocks of columns, that `count` falls into. */
export function blocksOf(count: i32, perTask: i32): i32 {
  return (count + perTask - 1) / perTask;
}
