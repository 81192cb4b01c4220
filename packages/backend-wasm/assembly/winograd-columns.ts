import { FLOAT, TILE_COLUMNS } from "./simd";
import { filterFrequency, filterScratch, transformPanel } from "./winograd-filter";
import { inputFrequency, multiplyFrequency, putTile, takeTile, tilesAlong } from "./winograd-frequencies";
import { filterOf, FILTERS, frequencyEdge, outputEdge } from "./winograd-scheme";
import { TRANSFORM_SCRATCH } from "./winograd-tiles";

/*
 * The same convolution as `winograd`'s where tiles are few and the filter is large: transformed whole it would not fit the
 * cache, and be written and read once for each group of tiles. Here all tiles are transformed, and a task transforms the
 * filter of its own columns, which stays in the cache while all tiles pass by.
 */

/** Bytes of the transformed tiles; `rows` is their number, rounded up to a multiple of TILE_ROWS. */
export function winogradInputBytes(scheme: i32, rows: i32, channels: i32): usize {
  return <usize>(frequencyEdge(scheme) * frequencyEdge(scheme)) * inputFrequency(rows, channels);
}

/** What `winogradColumns` takes of scratch memory for each thread. */
export function winogradColumnScratch(scheme: i32, rows: i32, channels: i32, columnsPerTask: i32): usize {
  const frequencies = <usize>(frequencyEdge(scheme) * frequencyEdge(scheme));
  return (
    transformScratch() +
    <usize>FILTERS * filterFrequency(channels, columnsPerTask) +
    frequencies * outputStride(rows, columnsPerTask)
  );
}

function transformScratch(): usize {
  return max(TRANSFORM_SCRATCH, filterScratch());
}

/** Bytes between frequencies of a task's outputs; the odd line as in `filterFrequency`. */
function outputStride(rows: i32, columnsPerTask: i32): usize {
  return <usize>(rows * columnsPerTask) * FLOAT + 64;
}

/** First step; tasks are tiles, and past the last one repetitions of it. */
export function winogradInputs(
  begin: i32,
  end: i32,
  scratch: usize,
  scheme: i32,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  padTop: i32,
  padLeft: i32,
  rows: i32,
  x: usize,
  inputs: usize,
  zeros: usize,
): void {
  const edge = outputEdge(scheme);
  const last = images * tilesAlong(outHeight, edge) * tilesAlong(outWidth, edge) - 1;
  for (let i = begin; i < end; i++) {
    takeTile(
      scheme,
      scratch,
      min(i, last),
      height,
      width,
      channels,
      outHeight,
      outWidth,
      padTop,
      padLeft,
      x,
      i,
      rows,
      inputs,
      inputFrequency(rows, channels),
      zeros,
    );
  }
}

/**
 * Second step; `filter` is as it is stored, [3][3][channels][columns] or, if `flipped`, [3][3][columns][channels]. Tasks are
 * blocks of columns.
 */
export function winogradColumns(
  begin: i32,
  end: i32,
  scratch: usize,
  scheme: i32,
  images: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  columns: i32,
  rows: i32,
  columnsPerTask: i32,
  flipped: i32,
  inputs: usize,
  filter: usize,
  y: usize,
): void {
  const frequencies = frequencyEdge(scheme) * frequencyEdge(scheme);
  const edge = outputEdge(scheme);
  const tiles = images * tilesAlong(outHeight, edge) * tilesAlong(outWidth, edge);
  const row = <usize>columnsPerTask * FLOAT;
  const outStride = outputStride(rows, columnsPerTask);
  const filterStride = filterFrequency(channels, columnsPerTask);
  const packed = scratch + transformScratch();
  const outputs = packed + <usize>FILTERS * filterStride;
  const panelBytes = <usize>(channels * TILE_COLUMNS) * FLOAT;
  for (let task = begin; task < end; task++) {
    const first = task * columnsPerTask;
    const count = min(columnsPerTask, columns - first);
    for (let j = 0; j < count; j += TILE_COLUMNS) {
      const panel = (first + j) / TILE_COLUMNS;
      const to = packed + <usize>(j / TILE_COLUMNS) * panelBytes;
      if (flipped) transformPanel(scratch, scheme, columns, channels, filter, true, panel, to, filterStride);
      else transformPanel(scratch, scheme, channels, columns, filter, false, panel, to, filterStride);
    }
    for (let f = 0; f < frequencies; f++) {
      multiplyFrequency(
        rows,
        count,
        channels,
        inputs + <usize>f * inputFrequency(rows, channels),
        packed + <usize>filterOf(scheme, f) * filterStride,
        outputs + <usize>f * outStride,
        row,
      );
    }
    for (let tile = 0; tile < tiles; tile++) {
      const from = outputs + <usize>tile * row;
      putTile(scheme, scratch, tile, outHeight, outWidth, columns, first, count, from, outStride, y);
    }
  }
}
