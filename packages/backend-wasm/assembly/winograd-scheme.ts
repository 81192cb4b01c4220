import { transformGradientLine, transformPixelLine, transformToPixelLine } from "./winograd-lines";
import { collectPhases, copyFour, placeFour, spreadFour, transformFive } from "./winograd-phases";
import { collectTapPhases, transformTapLine, transformTapPhases, transformToTapLine } from "./winograd-taps";

/*
 * What is done by tiles: a convolution of stride 1 (its input's gradient is one too), one of stride 2 and padding 1, and the
 * gradient of the latter's input. A scheme says how long a tile's lines are, and which transforms belong to it.
 */

/** Stride 1: winograd-lines.ts. */
export const PLAIN: i32 = 0;
/** Stride 2: winograd-phases.ts. */
export const HALVING: i32 = 1;
/** From the gradient of y to that of x, at stride 2. */
export const DOUBLING: i32 = 2;

/** Frequencies along an edge for which filters differ; in all schemes. */
export const FILTER_EDGE: i32 = 6;
export const FILTERS: i32 = FILTER_EDGE * FILTER_EDGE;

/** Longest line of a tile, in pixels or frequencies. */
export const LONGEST: i32 = 9;

/** Pixels of a tile's input along an edge. */
export function inputEdge(scheme: i32): i32 {
  return scheme == PLAIN ? 6 : scheme == HALVING ? 9 : 5;
}

/** Pixels from one tile's input to the next one's. */
export function inputStep(scheme: i32): i32 {
  return scheme == HALVING ? 8 : 4;
}

/** Frequencies of a tile along an edge. */
export function frequencyEdge(scheme: i32): i32 {
  return scheme == PLAIN ? 6 : 9;
}

/** Pixels of a tile's output along an edge. */
export function outputEdge(scheme: i32): i32 {
  return scheme == DOUBLING ? 8 : 4;
}

/** The filter that belongs to a frequency. */
export function filterOf(scheme: i32, frequency: i32): i32 {
  if (scheme == PLAIN) return frequency;
  return min(frequency / 9, 5) * FILTER_EDGE + min(frequency % 9, 5);
}

/** Pixels, whose addresses are in `table`, to frequencies. */
export function pixelLine(
  scheme: i32,
  table: usize,
  vectors: i32,
  to: usize,
  stride: usize,
  block: i32,
  skip: usize,
): void {
  const p0 = at(table, 0);
  const p1 = at(table, 1);
  const p2 = at(table, 2);
  const p3 = at(table, 3);
  const p4 = at(table, 4);
  if (scheme == PLAIN) {
    transformPixelLine(p0, p1, p2, p3, p4, at(table, 5), vectors, to, stride, block, skip);
  } else if (scheme == HALVING) {
    const p6 = at(table, 6);
    transformFive(p0, p2, p4, p6, at(table, 8), vectors, to, stride, block, skip);
    copyFour(p1, p3, at(table, 5), at(table, 7), vectors, to + 5 * stride, stride, block, skip);
  } else {
    transformFive(p0, p1, p2, p3, p4, vectors, to, stride, block, skip);
    copyFour(p0, p1, p2, p3, vectors, to + 5 * stride, stride, block, skip);
  }
}

/** Frequencies to pixels, whose addresses are in `table`. */
export function outputLine(scheme: i32, from: usize, fromStride: usize, vectors: i32, table: usize): void {
  const p0 = at(table, 0);
  const p1 = at(table, 1);
  const p2 = at(table, 2);
  const p3 = at(table, 3);
  if (scheme == PLAIN) {
    transformToPixelLine(from, fromStride, vectors, p0, p1, p2, p3);
  } else if (scheme == HALVING) {
    collectPhases(from, fromStride, vectors, true, p0, p1, p2, p3);
  } else {
    collectPhases(from, fromStride, vectors, false, p1, p3, at(table, 5), at(table, 7));
    placeFour(from + 5 * fromStride, fromStride, vectors, p0, p2, at(table, 4), at(table, 6));
  }
}

/** Four values of dy, whose addresses are in `table`, to frequencies, for the gradient of the filter. */
export function gradientLine(
  scheme: i32,
  table: usize,
  vectors: i32,
  to: usize,
  stride: usize,
  block: i32,
  skip: usize,
): void {
  const p0 = at(table, 0);
  const p1 = at(table, 1);
  const p2 = at(table, 2);
  const p3 = at(table, 3);
  if (scheme == PLAIN) {
    transformGradientLine(p0, p1, p2, p3, vectors, to, stride, block, skip);
  } else {
    spreadFour(p0, p1, p2, p3, vectors, to, stride, block, skip);
    copyFour(p0, p1, p2, p3, vectors, to + 5 * stride, stride, block, skip);
  }
}

/** Three taps of the filter to six frequencies. */
export function tapLine(
  scheme: i32,
  from: usize,
  fromStride: usize,
  vectors: i32,
  to: usize,
  stride: usize,
): void {
  if (scheme == PLAIN) transformTapLine(from, fromStride, vectors, to, stride);
  else transformTapPhases(from, fromStride, vectors, to, stride);
}

/** The transpose. */
export function tapGradientLine(
  scheme: i32,
  from: usize,
  fromStride: usize,
  vectors: i32,
  to: usize,
  stride: usize,
): void {
  if (scheme == PLAIN) transformToTapLine(from, fromStride, vectors, to, stride);
  else collectTapPhases(from, fromStride, vectors, to, stride);
}

function at(table: usize, i: usize): usize {
  return <usize>load<u32>(table + (i << 2));
}
