import type { Runtime } from "../runtime.js";

/** Bytes of a task. */
const TASK = 2 ** 17;

/** Instead of an offset: nothing is there, and the output gets the fill value. */
export const NOTHING = 0xffff_ffff;

/** Where the indices along an axis lead, in bytes: a stride apart, or anywhere. */
export interface Axis {
  readonly size: number;
  readonly stride: number;
  readonly offsets?: readonly number[];
}

export interface Piece {
  /** Offset in the row of the input, or NOTHING. */
  readonly from: number;
  /** Offset in the row of the output. */
  readonly to: number;
  readonly bytes: number;
}

export interface Pieces {
  /** What rows are numbered along, the last of them fastest. */
  readonly axes: readonly Axis[];
  /** What each row of the output is put together from. */
  readonly pieces: readonly Piece[];
  readonly rowBytes: number;
  /** A piece repeats the four bytes that it finds. */
  readonly repeat?: boolean;
  /** A pattern of four bytes. */
  readonly fill?: number;
  readonly x: number;
  readonly out: number;
}

/** Puts the rows of an output together from pieces of x. */
export function copyPieces(
  runtime: Runtime,
  { axes, pieces, rowBytes, repeat = false, fill = 0, x, out }: Pieces,
): void {
  const rows = axes.reduce((product, { size }) => product * size, 1);
  const copied = pieces.reduce((sum, { bytes }) => sum + bytes, 0);
  if (rows * copied === 0) return;
  const along = axes.length === 0 ? [{ size: 1, stride: 0 }] : merged(axes).toReversed();
  const words = axisTable(along);
  const firstPiece = words.length;
  for (const piece of pieces) pushPiece(words, piece, repeat);
  const count = (words.length - firstPiece) / 3;
  const { tables } = runtime.workspace({ tables: 4 * words.length });
  runtime.writeIntegers(tables, words);
  const piecesPerTask = Math.max(1, Math.floor((TASK * count) / copied));
  runtime.run("copyPieces", Math.ceil((rows * count) / piecesPerTask), {
    rows,
    axes: along.length,
    axisTable: tables,
    pieces: count,
    pieceTable: tables + 4 * firstPiece,
    piecesPerTask,
    rowBytes,
    repeat: repeat ? 1 : 0,
    fill,
    x,
    out,
  });
}

/** Neighbouring axes whose indices lead as those of one would are one. */
function merged(axes: readonly Axis[]): readonly Axis[] {
  return axes.reduce<readonly Axis[]>((before, axis) => {
    const outer = before.at(-1);
    const even = outer !== undefined && outer.offsets === undefined && axis.offsets === undefined;
    if (!even || outer.stride !== axis.size * axis.stride) return [...before, axis];
    return [...before.slice(0, -1), { size: outer.size * axis.size, stride: axis.stride }];
  }, []);
}

/** Of each axis its size, its stride and where in the table, in bytes, its offsets are, 0 for none; then all the offsets. */
function axisTable(axes: readonly Axis[]): number[] {
  let end = 12 * axes.length;
  const heads = axes.flatMap(({ size, stride, offsets }) => {
    const at = offsets === undefined ? 0 : end;
    end += 4 * (offsets?.length ?? 0);
    return [size, stride, at];
  });
  return [...heads, ...axes.flatMap(({ offsets = [] }) => offsets)];
}

/** Adds a piece to the table, or several in its place where it is larger than a task. */
function pushPiece(words: number[], { from, to, bytes }: Piece, repeat: boolean): void {
  for (let at = 0; at < bytes; at += TASK) {
    words.push(from === NOTHING || repeat ? from : from + at, to + at, Math.min(TASK, bytes - at));
  }
}
