import { transposeFour } from "./transpose-four";

/** Bytes of a word. */
const WORD: usize = 4;

/**
 * Transposes planes of 32-bit words: out[column][row] = x[row][column].
 *
 * Rows of x are `inStride` bytes apart, rows of out `outStride`. Planes are numbered along `axes` axes, first the last;
 * `axisTable` holds for each its size, its stride in x and that in out, in bytes.
 *
 * Tasks are groups of `blocksPerTask` blocks of `rowBlock` × `columnBlock`, counted over all planes.
 */
export function transposePlanes(
  begin: i32,
  end: i32,
  scratch: usize,
  planes: i32,
  axes: i32,
  axisTable: usize,
  rows: i32,
  columns: i32,
  inStride: usize,
  outStride: usize,
  rowBlock: i32,
  columnBlock: i32,
  blocksPerTask: i32,
  x: usize,
  out: usize,
): void {
  const down = (rows + rowBlock - 1) / rowBlock;
  const across = (columns + columnBlock - 1) / columnBlock;
  for (let block = begin * blocksPerTask; block < min(planes * down * across, end * blocksPerTask); block++) {
    let from = x;
    let to = out;
    let index = block / (down * across);
    for (let axis = 0; axis < axes; axis++) {
      const entry = axisTable + <usize>(12 * axis);
      const size = load<i32>(entry);
      const i = index % size;
      from += <usize>i * <usize>load<u32>(entry, 4);
      to += <usize>i * <usize>load<u32>(entry, 8);
      index /= size;
    }
    const row = ((block / across) % down) * rowBlock;
    const column = (block % across) * columnBlock;
    transposeBlock(
      from + <usize>row * inStride + <usize>column * WORD,
      to + <usize>column * outStride + <usize>row * WORD,
      min(rowBlock, rows - row),
      min(columnBlock, columns - column),
      inStride,
      outStride,
    );
  }
}

function transposeBlock(
  from: usize,
  to: usize,
  rows: i32,
  columns: i32,
  inStride: usize,
  outStride: usize,
): void {
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    let source = from + <usize>row * inStride;
    let target = to + <usize>row * WORD;
    let column = 0;
    for (; column + 4 <= columns; column += 4) {
      transposeFour(
        source,
        source + inStride,
        source + 2 * inStride,
        source + 3 * inStride,
        target,
        outStride,
      );
      source += 4 * WORD;
      target += 4 * outStride;
    }
    for (; column < columns; column++) {
      for (let i: usize = 0; i < 4; i++) store<u32>(target + i * WORD, load<u32>(source + i * inStride));
      source += WORD;
      target += outStride;
    }
  }
  for (; row < rows; row++) {
    let source = from + <usize>row * inStride;
    let target = to + <usize>row * WORD;
    for (let column = 0; column < columns; column++) {
      store<u32>(target, load<u32>(source));
      source += WORD;
      target += outStride;
    }
  }
}
