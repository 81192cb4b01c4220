import { FLOAT } from "./simd";
import {
  frequencyEdge,
  gradientLine,
  inputEdge,
  LONGEST,
  outputEdge,
  outputLine,
  pixelLine,
} from "./winograd-scheme";

/** Channels that a tile's transforms take at a time. */
export const CHANNELS: i32 = 64;

/** Bytes of these. */
const RUN: usize = <usize>CHANNELS * FLOAT;

/** Scratch memory of a transform: runs of a tile, one for pixels that there aren't, and the addresses of a line. */
const NOWHERE: usize = <usize>(LONGEST * LONGEST) * RUN;
const TABLE: usize = NOWHERE + RUN;
export const TRANSFORM_SCRATCH: usize = TABLE + 64;

/** Vectors of a line without blocks. */
export const UNBROKEN: i32 = i32.MAX_VALUE;

/**
 * Transforms the input of the tile at (top, left) of an image [height][width][channels], `count` channels (at most 64) from
 * `image` on; pixels outside are 0, of which `zeros` holds 64. Frequency f goes to `to + f · stride`; after every `block`
 * vectors of channels, `skip` bytes are left out.
 */
export function transformPixels(
  scheme: i32,
  scratch: usize,
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  count: i32,
  to: usize,
  stride: usize,
  block: i32,
  skip: usize,
  zeros: usize,
): void {
  const edge = inputEdge(scheme);
  const frequencies = frequencyEdge(scheme);
  const row = <usize>edge * RUN;
  const table = scratch + TABLE;
  for (let j = 0; j < edge; j++) {
    findColumn(table, edge, image, height, width, channels, top, left + j, zeros);
    pixelLine(scheme, table, count / 4, scratch + <usize>j * RUN, row, UNBROKEN, 0);
  }
  for (let i = 0; i < frequencies; i++) {
    findRow(table, edge, scratch + <usize>i * row);
    pixelLine(scheme, table, count / 4, to + <usize>(i * frequencies) * stride, stride, block, skip);
  }
}

/** The inverse: the frequencies of `count` channels at `from` to the tile at (top, left), as far as it is inside. */
export function transformToPixels(
  scheme: i32,
  scratch: usize,
  from: usize,
  stride: usize,
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  count: i32,
): void {
  const edge = outputEdge(scheme);
  const frequencies = frequencyEdge(scheme);
  const column = <usize>frequencies * RUN;
  const table = scratch + TABLE;
  for (let i = 0; i < frequencies; i++) {
    // Transposed, for the second pass to find its lines in one piece.
    for (let j = 0; j < edge; j++) {
      store<u32>(table + ((<usize>j) << 2), <u32>(scratch + <usize>j * column + <usize>i * RUN));
    }
    outputLine(scheme, from + <usize>(i * frequencies) * stride, stride, count / 4, table);
  }
  for (let j = 0; j < min(edge, width - left); j++) {
    findColumn(table, edge, image, height, width, channels, top, left + j, scratch + NOWHERE);
    outputLine(scheme, scratch + <usize>j * column, RUN, count / 4, table);
  }
}

/** Transforms the 4×4 pixels of dy at (top, left) for the gradient of the filter, as `transformPixels` does. */
export function transformGradientPixels(
  scheme: i32,
  scratch: usize,
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  count: i32,
  to: usize,
  stride: usize,
  block: i32,
  skip: usize,
  zeros: usize,
): void {
  const frequencies = frequencyEdge(scheme);
  const row: usize = 4 * RUN;
  const table = scratch + TABLE;
  for (let j = 0; j < 4; j++) {
    findColumn(table, 4, image, height, width, channels, top, left + j, zeros);
    gradientLine(scheme, table, count / 4, scratch + <usize>j * RUN, row, UNBROKEN, 0);
  }
  for (let i = 0; i < frequencies; i++) {
    findRow(table, 4, scratch + <usize>i * row);
    gradientLine(scheme, table, count / 4, to + <usize>(i * frequencies) * stride, stride, block, skip);
  }
}

/** The addresses of `edge` pixels of an image, one below the other; those outside are `outside`. */
function findColumn(
  table: usize,
  edge: i32,
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  column: i32,
  outside: usize,
): void {
  for (let i = 0; i < edge; i++) {
    const row = top + i;
    const inside = <u32>row < <u32>height && <u32>column < <u32>width;
    const pixel = image + <usize>(row * width + column) * <usize>channels * FLOAT;
    store<u32>(table + ((<usize>i) << 2), <u32>(inside ? pixel : outside));
  }
}

/** The addresses of `edge` runs. */
function findRow(table: usize, edge: i32, from: usize): void {
  for (let i = 0; i < edge; i++) store<u32>(table + ((<usize>i) << 2), <u32>(from + <usize>i * RUN));
}
