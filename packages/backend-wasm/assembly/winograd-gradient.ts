import { multiplyTile } from "./micro-kernel";
import { FLOAT, TILE_COLUMNS, TILE_ROWS } from "./simd";
import { FILTER_EDGE, filterOf, FILTERS, frequencyEdge, inputStep, tapGradientLine } from "./winograd-scheme";
import { CHANNELS, TRANSFORM_SCRATCH, transformGradientPixels, transformPixels } from "./winograd-tiles";

/*
 * The gradient of a 3×3 filter is Gᵀ (Σ over tiles of (Bᵀ x B) ⊙ (A dy Aᵀ)) G: for each frequency a product of channels by
 * columns whose depth are the tiles. Tiles are taken in batches; the products of a batch are added to those before.
 */

/** Channels of a block of the transformed inputs, [block][tile][BLOCK]: a multiple of a tile's rows and of a vector. */
const BLOCK: i32 = TILE_ROWS == 6 ? 12 : 20;
/** Channels that are transformed at a time: whole blocks. */
const PASS: i32 = 60;
const BLOCK_ROW: usize = <usize>BLOCK * FLOAT;
const PANEL_ROW: usize = <usize>TILE_COLUMNS * FLOAT;

/** Most columns of a task, and bytes of a row of its sums. */
const MOST_COLUMNS: i32 = 64;
const SUM_ROW: usize = <usize>MOST_COLUMNS * FLOAT;

/** Scratch memory of the inverse transform: 6×3 runs of columns. */
const INVERSE_SCRATCH: usize = 18 * SUM_ROW;

function inputFrequency(tiles: i32, channels: i32): usize {
  return <usize>((channels + BLOCK - 1) / BLOCK) * <usize>tiles * BLOCK_ROW + 64;
}

function gradientFrequency(tiles: i32, columns: i32): usize {
  return <usize>((columns + TILE_COLUMNS - 1) / TILE_COLUMNS) * <usize>tiles * PANEL_ROW + 64;
}

/** Bytes that the transformed inputs of `tiles` tiles fill. */
export function gradientInputBytes(scheme: i32, tiles: i32, channels: i32): usize {
  return <usize>(frequencyEdge(scheme) * frequencyEdge(scheme)) * inputFrequency(tiles, channels);
}

/** Bytes that the transformed gradients of `tiles` tiles fill. */
export function gradientBytes(scheme: i32, tiles: i32, columns: i32): usize {
  return <usize>(frequencyEdge(scheme) * frequencyEdge(scheme)) * gradientFrequency(tiles, columns);
}

/** Bytes of the sums of a task of `rowsPerTask` channels. */
export function gradientSumBytes(rowsPerTask: i32): usize {
  return <usize>(FILTERS * rowsPerTask) * SUM_ROW;
}

/** What the two steps take of scratch memory for each thread. */
export function gradientScratch(rowsPerTask: i32): usize {
  return max(TRANSFORM_SCRATCH, INVERSE_SCRATCH) + gradientSumBytes(rowsPerTask);
}

/** First step: transforms `tiles` tiles of x, by blocks of channels, and of dy, by panels of eight columns. Tasks are tiles. */
export function winogradGradientTiles(
  begin: i32,
  end: i32,
  scratch: usize,
  scheme: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  columns: i32,
  padTop: i32,
  padLeft: i32,
  firstTile: i32,
  tiles: i32,
  x: usize,
  dy: usize,
  inputs: usize,
  gradients: usize,
  zeros: usize,
): void {
  const tilesDown = (outHeight + 3) / 4;
  const tilesAcross = (outWidth + 3) / 4;
  for (let i = begin; i < end; i++) {
    const tile = firstTile + i;
    const image = tile / (tilesAcross * tilesDown);
    const row = (tile / tilesAcross) % tilesDown;
    const column = tile % tilesAcross;
    const from = x + <usize>(image * height * width) * <usize>channels * FLOAT;
    for (let c = 0; c < channels; c += PASS) {
      transformPixels(
        scheme,
        scratch,
        from + <usize>c * FLOAT,
        height,
        width,
        channels,
        row * inputStep(scheme) - padTop,
        column * inputStep(scheme) - padLeft,
        min(PASS, channels - c),
        inputs + <usize>((c / BLOCK) * tiles + i) * BLOCK_ROW,
        inputFrequency(tiles, channels),
        BLOCK / 4,
        <usize>(tiles - 1) * BLOCK_ROW,
        zeros,
      );
    }
    const slope = dy + <usize>(image * outHeight * outWidth) * <usize>columns * FLOAT;
    for (let c = 0; c < columns; c += CHANNELS) {
      transformGradientPixels(
        scheme,
        scratch,
        slope + <usize>c * FLOAT,
        outHeight,
        outWidth,
        columns,
        row * 4,
        column * 4,
        min(CHANNELS, columns - c),
        gradients + <usize>((c / TILE_COLUMNS) * tiles + i) * PANEL_ROW,
        gradientFrequency(tiles, columns),
        TILE_COLUMNS / 4,
        <usize>(tiles - 1) * PANEL_ROW,
        zeros,
      );
    }
  }
}

/**
 * Second step: adds the products of the batch to the sums, `sums` [task][36][rowsPerTask][64], and after the last batch
 * transforms them to the gradient, [3][3][channels][columns]. If there is one batch, `sums` may be 0.
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
  const inStride = inputFrequency(tiles, channels);
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
function transformSums(
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

/** What `winogradGradientGroups` takes of scratch memory for each thread. */
export function gradientGroupScratch(scheme: i32, tilesPerBatch: i32, channels: i32, columns: i32): usize {
  return (
    TRANSFORM_SCRATCH +
    gradientInputBytes(scheme, tilesPerBatch, channels) +
    gradientBytes(scheme, tilesPerBatch, columns)
  );
}

/**
 * Both steps for filters so small that several copies of their sums can be had: a task sums `tilesPerGroup` tiles, a batch at a
 * time, so that what it transforms stays in its own cache. `sums` is [group][block][36][rowsPerTask][64].
 */
export function winogradGradientGroups(
  begin: i32,
  end: i32,
  scratch: usize,
  scheme: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  columns: i32,
  padTop: i32,
  padLeft: i32,
  total: i32,
  tilesPerGroup: i32,
  tilesPerBatch: i32,
  rowsPerTask: i32,
  columnsPerTask: i32,
  x: usize,
  dy: usize,
  sums: usize,
  zeros: usize,
): void {
  const blocks = blocksOf(channels, rowsPerTask) * blocksOf(columns, columnsPerTask);
  const inputs = scratch + TRANSFORM_SCRATCH;
  const gradients = inputs + gradientInputBytes(scheme, tilesPerBatch, channels);
  for (let group = begin; group < end; group++) {
    const own = sums + <usize>(group * blocks) * gradientSumBytes(rowsPerTask);
    const first = group * tilesPerGroup;
    const last = min(total, first + tilesPerGroup);
    for (let tile = first; tile < last; tile += tilesPerBatch) {
      const tiles = min(tilesPerBatch, last - tile);
      winogradGradientTiles(
        0,
        tiles,
        scratch,
        scheme,
        height,
        width,
        channels,
        outHeight,
        outWidth,
        columns,
        padTop,
        padLeft,
        tile,
        tiles,
        x,
        dy,
        inputs,
        gradients,
        zeros,
      );
      winogradGradientProducts(
        0,
        blocks,
        scratch,
        scheme,
        channels,
        columns,
        tiles,
        rowsPerTask,
        columnsPerTask,
        inputs,
        gradients,
        own,
        0,
        tile == first ? 1 : 0,
        0,
      );
    }
  }
}

/** Last step after `winogradGradientGroups`: adds up the groups' sums, into the first, and transforms them. Tasks are blocks. */
export function winogradGradientTotals(
  begin: i32,
  end: i32,
  scratch: usize,
  scheme: i32,
  channels: i32,
  columns: i32,
  groups: i32,
  rowsPerTask: i32,
  columnsPerTask: i32,
  sums: usize,
  gradient: usize,
): void {
  const columnBlocks = blocksOf(columns, columnsPerTask);
  const bytes = gradientSumBytes(rowsPerTask);
  const groupBytes = <usize>(blocksOf(channels, rowsPerTask) * columnBlocks) * bytes;
  for (let task = begin; task < end; task++) {
    const own = sums + <usize>task * bytes;
    for (let group = 1; group < groups; group++) addTo(own, own + <usize>group * groupBytes, bytes);
    const row = (task / columnBlocks) * rowsPerTask;
    const column = (task % columnBlocks) * columnsPerTask;
    transformSums(
      scratch,
      scheme,
      own,
      <usize>rowsPerTask * SUM_ROW,
      min(rowsPerTask, channels - row),
      min(columnsPerTask, columns - column),
      channels,
      columns,
      gradient + <usize>(row * columns + column) * FLOAT,
    );
  }
}

function blocksOf(count: i32, perTask: i32): i32 {
  return (count + perTask - 1) / perTask;
}

function addTo(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)));
  }
}
