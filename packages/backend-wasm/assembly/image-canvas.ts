import { tableBytes } from "./image-resampling";
import { FLOAT } from "./simd";

/*
 * The image that a program works on, in planes, and room beside it. Each thread has a module of its own, and so a canvas.
 */

/** What is read and written past a plane's or a row's end. */
const SLACK: usize = 64;

/** Bytes of counts or values of 256 levels. */
const LEVELS: usize = 1024;

/** Planes of the image. */
export let pixels: usize = 0;
/** As many, for steps that can't work in place. */
export let spare: usize = 0;
/** From one plane to the next. */
export let plane: usize = 0;
export let channels: i32 = 0;
export let height: i32 = 0;
export let width: i32 = 0;
/** Tables of how a side is resampled. */
export let columns: usize = 0;
export let rows: usize = 0;
/** A row of RGB; or one with its reflections, and weights; or levels. */
export let row: usize = 0;

/** Scratch memory for images of at most `count` pixels and sides, of old pixels too, of at most `side`. */
export function imageScratch(count: i32, side: i32): usize {
  return 6 * planeBytes(count) + 2 * tableBytes(side) + rowBytes(side);
}

/** Lays it out. */
export function place(scratch: usize, count: i32, side: i32, ofImages: i32): void {
  plane = planeBytes(count);
  pixels = scratch;
  spare = scratch + 3 * plane;
  columns = scratch + 6 * plane;
  rows = columns + tableBytes(side);
  row = rows + tableBytes(side);
  channels = ofImages;
}

export function shape(toHeight: i32, toWidth: i32): void {
  height = toHeight;
  width = toWidth;
}

export function planeAt(channel: i32): usize {
  return pixels + <usize>channel * plane;
}

export function sparePlaneAt(channel: i32): usize {
  return spare + <usize>channel * plane;
}

/** From a plane's start to its last value, past all pixels. */
export function lastOfPlane(): usize {
  return plane - FLOAT;
}

/** Makes the spare planes the image. */
export function swap(): void {
  const old = pixels;
  pixels = spare;
  spare = old;
}

/** Bytes of a plane of this many pixels, up to the next. */
function planeBytes(count: i32): usize {
  return (((<usize>count * FLOAT) >> 4) << 4) + 16 + SLACK;
}

function rowBytes(side: i32): usize {
  return max<usize>(<usize>side * 4 * FLOAT + 2 * SLACK, LEVELS);
}
