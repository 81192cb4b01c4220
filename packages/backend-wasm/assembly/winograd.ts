import { FLOAT, TILE_COLUMNS, TILE_ROWS } from "./simd";
import { filterFrequency } from "./winograd-filter";
import { inputFrequency, multiplyFrequency, putTile, takeTile, tilesAlong } from "./winograd-frequencies";
import { filterOf, frequencyEdge, outputEdge } from "./winograd-scheme";
import { TRANSFORM_SCRATCH } from "./winograd-tiles";

/** Bytes of one of the outputs: [tile][columns], of which there is a multiple of eight. */
function outputRow(columns: i32): usize {
  return <usize>((columns + TILE_COLUMNS - 1) / TILE_COLUMNS) * <usize>TILE_COLUMNS * FLOAT;
}

function outputFrequency(tiles: i32, columns: i32): usize {
  return <usize>tiles * outputRow(columns) + 64;
}

/** What `winograd` takes of scratch memory for each thread; `tilesPerTask` is a multiple of TILE_ROWS. */
export function winogradScratch(scheme: i32, tilesPerTask: i32, channels: i32, columns: i32): usize {
  const frequencies = inputFrequency(tilesPerTask, channels) + outputFrequency(tilesPerTask, columns);
  return TRANSFORM_SCRATCH + <usize>(frequencyEdge(scheme) * frequencyEdge(scheme)) * frequencies;
}

/**
 * A 3×3 convolution, or the gradient of its input, by Winograd's algorithm; `filter` is transformed and packed.
 *
 * x is [images][height][width][channels], y [images][outHeight][outWidth][columns], channels and columns multiples of 4;
 * `zeros` are at least 64. Tasks are groups of `tilesPerTask` tiles, small enough that their frequencies stay in the cache.
 */
export function winograd(
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
  columns: i32,
  padTop: i32,
  padLeft: i32,
  tilesPerTask: i32,
  x: usize,
  filter: usize,
  y: usize,
  zeros: usize,
): void {
  const frequencies = frequencyEdge(scheme) * frequencyEdge(scheme);
  const edge = outputEdge(scheme);
  const tiles = images * tilesAlong(outHeight, edge) * tilesAlong(outWidth, edge);
  const inStride = inputFrequency(tilesPerTask, channels);
  const outStride = outputFrequency(tilesPerTask, columns);
  const inputs = scratch + TRANSFORM_SCRATCH;
  const outputs = inputs + <usize>frequencies * inStride;
  const row = outputRow(columns);
  for (let task = begin; task < end; task++) {
    const first = task * tilesPerTask;
    const count = min(tilesPerTask, tiles - first);
    const rows = ((count + TILE_ROWS - 1) / TILE_ROWS) * TILE_ROWS;
    for (let i = 0; i < rows; i++) {
      // The last tile repeated, where there are none; what becomes of it is not used.
      const tile = first + min(i, count - 1);
      takeTile(
        scheme,
        scratch,
        tile,
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
        inStride,
        zeros,
      );
    }
    for (let f = 0; f < frequencies; f++) {
      multiplyFrequency(
        rows,
        columns,
        channels,
        inputs + <usize>f * inStride,
        filter + <usize>filterOf(scheme, f) * filterFrequency(channels, columns),
        outputs + <usize>f * outStride,
        row,
      );
    }
    for (let i = 0; i < count; i++) {
      const from = outputs + <usize>i * row;
      putTile(scheme, scratch, first + i, outHeight, outWidth, columns, 0, columns, from, outStride, y);
    }
  }
}
