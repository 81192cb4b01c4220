/** Instead of an offset: nothing is there, and the output gets the fill value. */
const NOTHING: u32 = 0xffffffff;

/** Bytes from which the engine's own copy is worth its call. */
const LONG: usize = 1024;

/**
 * Makes an output of rows, each of which is put together from pieces of one row of x.
 *
 * Rows are numbered along `axes` axes, first the last. `axisTable` holds for each axis its size, its stride in x in bytes and
 * where in the table offsets are that stand in for the stride, or 0. `pieceTable` holds the `pieces` of each
 * row: the offset in the row of x, the offset in that of the output, which are `rowBytes` apart, and the length, in bytes.
 * `fill` is a pattern of four bytes. If `repeat`, a piece is filled with the four bytes that its offset leads to.
 *
 * Tasks are groups of `piecesPerTask` pieces, counted over all rows.
 */
export function copyPieces(
  begin: i32,
  end: i32,
  scratch: usize,
  rows: u32,
  axes: i32,
  axisTable: usize,
  pieces: u32,
  pieceTable: usize,
  piecesPerTask: u32,
  rowBytes: usize,
  repeat: i32,
  fill: i32,
  x: usize,
  out: usize,
): void {
  const last = min(rows * pieces, <u32>end * piecesPerTask);
  let next = <u32>begin * piecesPerTask;
  // The last axis is walked, the ones before it are looked up anew each time that it ends.
  const size = load<u32>(axisTable);
  const stride = load<u32>(axisTable, 4);
  const offsets = load<u32>(axisTable, 8);
  while (next < last) {
    const row = next / pieces;
    const outer = outerOffset(row / size, axes, axisTable);
    let target = out + <usize>row * rowBytes;
    let piece = next % pieces;
    for (let i = row % size; i < size && next < last; i++) {
      const inner = offsets != 0 ? load<u32>(axisTable + <usize>(offsets + (i << 2))) : i * stride;
      const nothing = outer == NOTHING || inner == NOTHING;
      const source = x + <usize>outer + <usize>inner;
      const count = min(pieces - piece, last - next);
      let entry = pieceTable + <usize>(12 * piece);
      for (let j: u32 = 0; j < count; j++) {
        const from = load<u32>(entry);
        const to = target + <usize>load<u32>(entry, 4);
        const bytes = <usize>load<u32>(entry, 8);
        if (nothing || from == NOTHING) fillBytes(to, fill, bytes);
        else if (repeat) fillBytes(to, load<i32>(source + <usize>from), bytes);
        else if (bytes == 4) store<u32>(to, load<u32>(source + <usize>from));
        else copyBytes(to, source + <usize>from, bytes);
        entry += 12;
      }
      next += count;
      piece = 0;
      target += rowBytes;
    }
  }
}

/** Where in x the axes before the last one lead. */
function outerOffset(index: u32, axes: i32, axisTable: usize): u32 {
  let offset: u32 = 0;
  for (let axis = 1; axis < axes; axis++) {
    const entry = axisTable + <usize>(12 * axis);
    const size = load<u32>(entry);
    const offsets = load<u32>(entry, 8);
    const i = index % size;
    const step = offsets != 0 ? load<u32>(axisTable + <usize>(offsets + (i << 2))) : i * load<u32>(entry, 4);
    if (step == NOTHING) return NOTHING;
    offset += step;
    index /= size;
  }
  return offset;
}

function copyBytes(to: usize, from: usize, bytes: usize): void {
  if (bytes >= LONG) {
    memory.copy(to, from, bytes);
    return;
  }
  const end = to + bytes;
  for (; to + 16 <= end; to += 16, from += 16) v128.store(to, v128.load(from));
  for (; to + 4 <= end; to += 4, from += 4) store<u32>(to, load<u32>(from));
  for (; to < end; to++, from++) store<u8>(to, load<u8>(from));
}

function fillBytes(to: usize, pattern: i32, bytes: usize): void {
  const end = to + bytes;
  const vector = i32x4.splat(pattern);
  for (; to + 16 <= end; to += 16) v128.store(to, vector);
  for (; to + 4 <= end; to += 4) store<i32>(to, pattern);
  for (; to < end; to++) store<u8>(to, <u8>pattern);
}
