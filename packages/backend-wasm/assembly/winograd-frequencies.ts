import { multiplyRowsTile, ROW_DEPTH } from "./micro-kernel";
import { FLOAT, TILE_COLUMNS, TILE_ROWS } from "./simd";
import { inputStep, outputEdge } from "./winograd-scheme";
import { CHANNELS, transformPixels, transformToPixels, UNBROKEN } from "./winograd-tiles";

/*
 * What the ways to convolve by Winograd's algorithm share: tiles of x become rows of the frequencies' left matrices, in chunks of
 * ROW_DEPTH channels, which need no packing; rows of the products become tiles of y.
 *
 * Tiles are numbered image by image and row by row.
 */

/** Tiles that cover an edge of y. */
export function tilesAlong(size: i32, edge: i32): i32 {
  return (size + edge - 1) / edge;
}

/** Bytes of a frequency of the inputs: [chunk of the channels][tile][ROW_DEPTH]; the odd line as in `filterFrequency`. */
export function inputFrequency(tiles: i32, channels: i32): usize {
  return <usize>((channels + ROW_DEPTH - 1) / ROW_DEPTH) * <usize>(tiles * ROW_DEPTH) * FLOAT + 64;
}

/** Transforms a tile of x to row `row` of `rows` of each frequency's inputs, which are `stride` bytes apart. */
export function takeTile(
  scheme: i32,
  scratch: usize,
  tile: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  padTop: i32,
  padLeft: i32,
  x: usize,
  row: i32,
  rows: i32,
  inputs: usize,
  stride: usize,
  zeros: usize,
): void {
  const step = inputStep(scheme);
  const tilesDown = tilesAlong(outHeight, outputEdge(scheme));
  const tilesAcross = tilesAlong(outWidth, outputEdge(scheme));
  const image = x + <usize>((tile / (tilesAcross * tilesDown)) * height * width) * <usize>channels * FLOAT;
  for (let c = 0; c < channels; c += CHANNELS) {
    transformPixels(
      scheme,
      scratch,
      image + <usize>c * FLOAT,
      height,
      width,
      channels,
      ((tile / tilesAcross) % tilesDown) * step - padTop,
      (tile % tilesAcross) * step - padLeft,
      min(CHANNELS, channels - c),
      inputs + <usize>((c / ROW_DEPTH) * rows + row) * <usize>ROW_DEPTH * FLOAT,
      stride,
      UNBROKEN,
      0,
      zeros,
    );
  }
}

/** The products of one frequency: c = a · b, a as `takeTile` leaves it, b packed by columns, the rows of c `stride` bytes apart. */
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

/** Transforms `count` columns, from `first` on, of the frequencies at `from`, `stride` bytes apart, to a tile of y. */
export function putTile(
  scheme: i32,
  scratch: usize,
  tile: i32,
  outHeight: i32,
  outWidth: i32,
  columns: i32,
  first: i32,
  count: i32,
  from: usize,
  stride: usize,
  y: usize,
): void {
  const edge = outputEdge(scheme);
  const tilesDown = tilesAlong(outHeight, edge);
  const tilesAcross = tilesAlong(outWidth, edge);
  const image = <usize>((tile / (tilesAcross * tilesDown)) * outHeight * outWidth) * <usize>columns;
  for (let c = 0; c < count; c += CHANNELS) {
    transformToPixels(
      scheme,
      scratch,
      from + <usize>c * FLOAT,
      stride,
      y + (image + <usize>(first + c)) * FLOAT,
      outHeight,
      outWidth,
      columns,
      ((tile / tilesAcross) % tilesDown) * edge,
      (tile % tilesAcross) * edge,
      min(CHANNELS, count - c),
    );
  }
}
