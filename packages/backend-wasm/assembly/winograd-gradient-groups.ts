import { FLOAT } from "./simd";
import {
  blocksOf,
  gradientSumBytes,
  SUM_ROW,
  transformSums,
  winogradGradientProducts,
} from "./winograd-gradient-products";
import { gradientBytes, gradientInputBytes, winogradGradientTiles } from "./winograd-gradient-tiles";
import { TRANSFORM_SCRATCH } from "./winograd-tiles";

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

function addTo(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)));
  }
}
