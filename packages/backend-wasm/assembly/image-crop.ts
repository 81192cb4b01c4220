import { spreadColours, spreadPlane } from "./image-columns";
import { entryBytes } from "./image-resampling";
import { blendBytes, blendFloats } from "./image-rows";
import { FLOAT } from "./simd";

/** A box of an image of bytes, whose rows are `stride` bytes apart, resized by tables of its rows and columns to planes of 0..1. */
export function cropBytes(
  image: usize,
  boxHeight: i32,
  boxWidth: i32,
  stride: i32,
  channels: i32,
  height: i32,
  width: i32,
  rows: usize,
  columns: usize,
  row: usize,
  to: usize,
  plane: usize,
): void {
  const rowEntry = entryBytes(boxHeight, height);
  const columnEntry = entryBytes(boxWidth, width);
  for (let y = 0; y < height; y++) {
    blendBytes(image, <usize>stride, boxWidth * channels, rows, row);
    if (channels == 3) spreadColours(row, columns, columnEntry, boxWidth <= width, width, to, plane);
    else spreadPlane(row, columns, columnEntry, width, to);
    rows += rowEntry;
    to += <usize>width * FLOAT;
  }
}

/** A box of a plane whose rows have `fromWidth` values. */
export function cropPlane(
  from: usize,
  boxHeight: i32,
  boxWidth: i32,
  fromWidth: i32,
  height: i32,
  width: i32,
  rows: usize,
  columns: usize,
  row: usize,
  to: usize,
): void {
  const rowEntry = entryBytes(boxHeight, height);
  const columnEntry = entryBytes(boxWidth, width);
  for (let y = 0; y < height; y++) {
    blendFloats(from, <usize>fromWidth * FLOAT, boxWidth, rows, row);
    spreadPlane(row, columns, columnEntry, width, to);
    rows += rowEntry;
    to += <usize>width * FLOAT;
  }
}
