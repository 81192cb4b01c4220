import { ContrastiveError } from "@contrastive/core";
import { encode } from "fast-png";
import type { Picture } from "./input.js";
import { LETTER, write } from "./letters.js";

export interface ContactSheetOptions {
  /** Pixels of a cell's side; default 96. Pictures are scaled to fit, without smoothing, so that one sees the pixels. */
  readonly cell?: number;
  /** Transparent pixels between cells; default 6. */
  readonly gap?: number;
  /** Above the columns, and the sheet is white and no longer transparent; as much of each as fits. */
  readonly headings?: readonly string[];
  /** Beside the rows, likewise. */
  readonly labels?: readonly string[];
}

/** Of a letter's dots, in pixels. */
const DOT = 2;

/** Pictures in rows of `columns`, as the bytes of a PNG. */
export function contactSheet(
  pictures: readonly Picture[],
  columns: number,
  { cell = 96, gap = 6, headings = [], labels = [] }: ContactSheetOptions = {},
): Uint8Array {
  if (pictures.length === 0 || !Number.isSafeInteger(columns) || columns < 1) {
    throw new ContrastiveError({
      who: "contactSheet",
      what: "needs at least one picture and one column",
      got: { pictures: pictures.length, columns },
    });
  }
  const left = labels.length === 0 ? 0 : cell + gap;
  const top = headings.length === 0 ? 0 : DOT * LETTER.height + gap;
  const width = left + columns * (cell + gap) - gap;
  const height = top + Math.ceil(pictures.length / columns) * (cell + gap) - gap;
  const sheet = { data: new Uint8Array(width * height * 4), width };
  if (left + top > 0) sheet.data.fill(255);
  for (const [i, picture] of pictures.entries()) {
    check(picture, i);
    const [row, column] = [Math.floor(i / columns), i % columns];
    draw(picture, sheet, left + column * (cell + gap), top + row * (cell + gap), cell);
  }
  headings.slice(0, columns).forEach((text, i) => print(text, sheet, left + i * (cell + gap), 0, cell));
  const middle = Math.floor((cell - DOT * LETTER.height) / 2);
  labels
    .slice(0, Math.ceil(pictures.length / columns))
    .forEach((text, i) => print(text, sheet, 0, top + i * (cell + gap) + middle, cell));
  return encode({ width, height, data: sheet.data, channels: 4, depth: 8 });
}

/** Writes a line in black. */
function print(
  text: string,
  sheet: { readonly data: Uint8Array; readonly width: number },
  left: number,
  top: number,
  width: number,
): void {
  write(text, width / DOT, (x, y) => {
    for (let i = 0; i < DOT * DOT; i++) {
      const at = (top + DOT * y + Math.floor(i / DOT)) * sheet.width + left + DOT * x + (i % DOT);
      sheet.data.fill(0, 4 * at, 4 * at + 3);
    }
  });
}

/** Scales a picture into the middle of a cell, each pixel of the sheet taking the nearest of the picture. */
function draw(
  picture: Picture,
  sheet: { readonly data: Uint8Array; readonly width: number },
  left: number,
  top: number,
  cell: number,
): void {
  const { height, width, channels } = picture;
  const scale = cell / Math.max(height, width);
  const rows = Math.max(1, Math.round(height * scale));
  const columns = Math.max(1, Math.round(width * scale));
  const byte = byteOf(picture);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const from = (Math.floor((y * height) / rows) * width + Math.floor((x * width) / columns)) * channels;
      const to =
        ((top + y + Math.floor((cell - rows) / 2)) * sheet.width +
          left +
          x +
          Math.floor((cell - columns) / 2)) *
        4;
      for (let c = 0; c < 3; c++) sheet.data[to + c] = byte(from + (channels === 1 ? 0 : c));
      sheet.data[to + 3] = channels === 4 ? byte(from + 3) : 255;
    }
  }
}

function byteOf({ data }: Picture): (index: number) => number {
  if (data instanceof Uint8Array) return (index) => data[index];
  // NaN becomes 0 when it is stored.
  return (index) => Math.round(Math.min(1, Math.max(0, data[index])) * 255);
}

function check({ data, height, width, channels }: Picture, index: number): void {
  if ([1, 3, 4].includes(channels) && height > 0 && width > 0 && data.length === height * width * channels) {
    return;
  }
  throw new ContrastiveError({
    who: "contactSheet",
    what: `picture ${index} must be [height, width, 1, 3 or 4]`,
    got: { height, width, channels, values: data.length },
  });
}
