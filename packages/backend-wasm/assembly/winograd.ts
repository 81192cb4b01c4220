import { multiplyRowsTile, ROW_DEPTH } from "./micro-kernel";
import { FLOAT, TILE_COLUMNS, TILE_ROWS } from "./simd";
import { filterFrequency } from "./winograd-filter";
import { filterOf, frequencyEdge, inputStep, outputEdge } from "./winograd-scheme";
import { CHANNELS, TRANSFORM_SCRATCH, transformPixels, transformToPixels, UNBROKEN } from "./winograd-tiles";

/** Bytes of a frequency of the inputs: [chunk of the channels][tile][ROW_DEPTH]; the odd line as in `filterFrequency`. */
export function inputFrequency(tiles: i32, channels: i32): usize {
  return <usize>((channels + ROW_DEPTH - 1) / ROW_DEPTH) * <usize>(tiles * ROW_DEPTH) * FLOAT + 64;
}

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
  const step = inputStep(scheme);
  const edge = outputEdge(scheme);
  const tilesDown = (outHeight + edge - 1) / edge;
  const tilesAcross = (outWidth + edge - 1) / edge;
  const tiles = images * tilesDown * tilesAcross;
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
      const top = ((tile / tilesAcross) % tilesDown) * step - padTop;
      const left = (tile % tilesAcross) * step - padLeft;
      const image =
        x + <usize>((tile / (tilesAcross * tilesDown)) * height * width) * <usize>channels * FLOAT;
      for (let c = 0; c < channels; c += CHANNELS) {
        transformPixels(
          scheme,
          scratch,
          image + <usize>c * FLOAT,
          height,
          width,
          channels,
          top,
          left,
          min(CHANNELS, channels - c),
          inputs + <usize>((c / ROW_DEPTH) * rows + i) * <usize>ROW_DEPTH * FLOAT,
          inStride,
          UNBROKEN,
          0,
          zeros,
        );
      }
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
      const tile = first + i;
      const top = ((tile / tilesAcross) % tilesDown) * edge;
      const left = (tile % tilesAcross) * edge;
      const image =
        y + <usize>((tile / (tilesAcross * tilesDown)) * outHeight * outWidth) * <usize>columns * FLOAT;
      for (let c = 0; c < columns; c += CHANNELS) {
        transformToPixels(
          scheme,
          scratch,
          outputs + <usize>i * row + <usize>c * FLOAT,
          outStride,
          image + <usize>c * FLOAT,
          outHeight,
          outWidth,
          columns,
          top,
          left,
          min(CHANNELS, columns - c),
        );
      }
    }
  }
}

/** The products of one frequency: c = a · b, a as [chunk of the depth][rows][ROW_DEPTH], b packed by columns, the rows of c `stride` bytes apart. */
export function multiplyFrequency(
  rows: i32,
  columns: i32,
  depth: i32,
  a: usize,
  b: usize,
  c: usize,
  stride: usize,
): void {
  const panelRow = <usize>TILE_COLUMNS * FLOAT;
  for (let column = 0; column < columns; column += TILE_COLUMNS) {
    const panel = b + <usize>(column / TILE_COLUMNS) * <usize>depth * panelRow;
    for (let k = 0; k < depth; k += ROW_DEPTH) {
      const chunk = min(ROW_DEPTH, depth - k);
      for (let i = 0; i < rows; i += TILE_ROWS) {
        multiplyRowsTile(
          chunk,
          a + <usize>(k * rows + i * ROW_DEPTH) * FLOAT,
          panel + <usize>k * panelRow,
          c + <usize>i * stride + <usize>column * FLOAT,
          stride,
          k > 0,
        );
      }
    }
  }
}
