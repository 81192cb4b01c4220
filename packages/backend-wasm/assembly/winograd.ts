import { BLOCK_ROWS, blockScratch } from "./block";
import { multiplyRows } from "./matrix-product";
import { FLOAT, TILE_COLUMNS } from "./simd";
import {
  FREQUENCIES,
  TILE,
  TRANSFORM_SCRATCH,
  transformGradientPixels,
  transformPixels,
  transformToPixels,
} from "./winograd-tiles";

/** Bytes between frequencies; the odd cache line keeps them from falling into the same set of the cache. */
function frequencyStride(tiles: i32, channels: i32): usize {
  return <usize>(tiles * channels) * FLOAT + 64;
}

/** What `winograd` takes of scratch memory for each thread. */
export function winogradScratch(tilesPerTask: i32, channels: i32, columns: i32): usize {
  const frequencies = frequencyStride(tilesPerTask, channels) + frequencyStride(tilesPerTask, columns);
  return blockScratch() + TRANSFORM_SCRATCH + <usize>FREQUENCIES * frequencies;
}

/**
 * A 3×3 convolution of stride 1 by Winograd's algorithm; `filter` is transformed and packed.
 *
 * x is [images][height][width][channels], y [images][outHeight][outWidth][columns], channels and columns multiples of 4.
 * Tasks are groups of `tilesPerTask` tiles (at most 120), small enough that their frequencies stay in the cache.
 */
export function winograd(
  begin: i32,
  end: i32,
  scratch: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  columns: i32,
  padTop: i32,
  padLeft: i32,
  tilesPerTask: i32,
  x: usize,
  filter: usize,
  y: usize,
  zeros: usize,
): void {
  const tilesDown = (outHeight + TILE - 1) / TILE;
  const tilesAcross = (outWidth + TILE - 1) / TILE;
  const tiles = images * tilesDown * tilesAcross;
  const inStride = frequencyStride(tilesPerTask, channels);
  const outStride = frequencyStride(tilesPerTask, columns);
  const filterStride =
    <usize>(((columns + TILE_COLUMNS - 1) / TILE_COLUMNS) * TILE_COLUMNS * channels) * FLOAT;
  const transform = scratch + blockScratch();
  const inputs = transform + TRANSFORM_SCRATCH;
  const outputs = inputs + <usize>FREQUENCIES * inStride;
  for (let task = begin; task < end; task++) {
    const first = task * tilesPerTask;
    const count = min(tilesPerTask, tiles - first);
    for (let i = 0; i < count; i++) {
      const tile = first + i;
      const top = ((tile / tilesAcross) % tilesDown) * TILE - padTop;
      const left = (tile % tilesAcross) * TILE - padLeft;
      const image =
        x + <usize>((tile / (tilesAcross * tilesDown)) * height * width) * <usize>channels * FLOAT;
      const to = inputs + <usize>(i * channels) * FLOAT;
      transformPixels(transform, image, height, width, channels, top, left, to, inStride, zeros);
    }
    for (let f: usize = 0; f < <usize>FREQUENCIES; f++) {
      multiplyRows(
        scratch,
        0,
        count,
        0,
        columns,
        columns,
        channels,
        inputs + f * inStride,
        <usize>channels * FLOAT,
        false,
        filter + f * filterStride,
        outputs + f * outStride,
        false,
      );
    }
    for (let i = 0; i < count; i++) {
      const tile = first + i;
      const top = ((tile / tilesAcross) % tilesDown) * TILE;
      const left = (tile % tilesAcross) * TILE;
      const image =
        y + <usize>((tile / (tilesAcross * tilesDown)) * outHeight * outWidth) * <usize>columns * FLOAT;
      const from = outputs + <usize>(i * columns) * FLOAT;
      transformToPixels(transform, from, outStride, image, outHeight, outWidth, columns, top, left);
    }
  }
}

/** Bytes that the transformed inputs of `winogradGradientTiles` fill. */
export function gradientInputBytes(tiles: i32, channels: i32): usize {
  return <usize>FREQUENCIES * frequencyStride(tiles, channels);
}

/**
 * First step of the filter's gradient: transforms `tiles` tiles of x, as [36][tiles][channels], and of dy, packed as right
 * matrices of depth `tiles`. Tasks are tiles.
 */
export function winogradGradientTiles(
  begin: i32,
  end: i32,
  scratch: usize,
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
  const tilesDown = (outHeight + TILE - 1) / TILE;
  const tilesAcross = (outWidth + TILE - 1) / TILE;
  const panel = <usize>(tiles * TILE_COLUMNS) * FLOAT;
  const gradientStride = <usize>((columns + TILE_COLUMNS - 1) / TILE_COLUMNS) * panel;
  for (let i = begin; i < end; i++) {
    const tile = firstTile + i;
    const image = tile / (tilesAcross * tilesDown);
    const top = ((tile / tilesAcross) % tilesDown) * TILE;
    const left = (tile % tilesAcross) * TILE;
    transformPixels(
      scratch,
      x + <usize>(image * height * width) * <usize>channels * FLOAT,
      height,
      width,
      channels,
      top - padTop,
      left - padLeft,
      inputs + <usize>(i * channels) * FLOAT,
      frequencyStride(tiles, channels),
      zeros,
    );
    transformGradientPixels(
      scratch,
      dy + <usize>(image * outHeight * outWidth) * <usize>columns * FLOAT,
      outHeight,
      outWidth,
      columns,
      top,
      left,
      gradients + <usize>(i * TILE_COLUMNS) * FLOAT,
      gradientStride,
      panel,
      zeros,
    );
  }
}

/**
 * Second step: adds the tiles' products to the gradient of the transformed filter, [36][channels][columns].
 *
 * Tasks are blocks of channels, within frequencies.
 */
export function winogradGradientProducts(
  begin: i32,
  end: i32,
  scratch: usize,
  channels: i32,
  columns: i32,
  tiles: i32,
  inputs: usize,
  gradients: usize,
  transformed: usize,
  accumulate: i32,
): void {
  const rowBlocks = (channels + BLOCK_ROWS - 1) / BLOCK_ROWS;
  const gradientStride =
    <usize>(((columns + TILE_COLUMNS - 1) / TILE_COLUMNS) * tiles * TILE_COLUMNS) * FLOAT;
  for (let task = begin; task < end; task++) {
    const f = <usize>(task / rowBlocks);
    const firstRow = (task % rowBlocks) * BLOCK_ROWS;
    multiplyRows(
      scratch,
      firstRow,
      min(channels, firstRow + BLOCK_ROWS),
      0,
      columns,
      columns,
      tiles,
      inputs + f * frequencyStride(tiles, channels),
      <usize>channels * FLOAT,
      true,
      gradients + f * gradientStride,
      transformed + f * <usize>(channels * columns) * FLOAT,
      accumulate != 0,
    );
  }
}
