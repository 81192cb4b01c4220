import { declare } from "./bindings.js";
import { halves } from "./half.js";
import { type Uniform, u32 } from "./dispatch.js";

/**
 * How the threads of a workgroup lie over a matrix `[rows, channels]` of which each thread walks down one column: side by side
 * on neighbouring columns, so that they read neighbouring memory, and one below the other.
 */
export interface ColumnTile {
  /** Of a column: four channels where their number allows. */
  readonly vector: "f32" | "vec4f";
  readonly columns: number;
  readonly across: number;
  readonly down: number;
  /** Workgroups that the columns take. */
  readonly groups: number;
}

/** Rows by workgroup: one takes `rowsPerSplit` of them. */
export interface RowSplits {
  readonly rows: number;
  readonly rowsPerSplit: number;
  readonly splits: number;
}

export const THREADS = 256;

/** Of vectors of `widest` channels, if these divide by it. */
export function columnTile(channels: number, widest: 1 | 4 = 4): ColumnTile {
  const width = channels % widest === 0 ? widest : 1;
  const columns = channels / width;
  const across = Math.min(64 / width, 2 ** Math.ceil(Math.log2(columns)));
  return {
    vector: width === 4 ? "vec4f" : "f32",
    columns,
    across,
    down: THREADS / across,
    groups: Math.ceil(columns / across),
  };
}

/** Enough workgroups to fill a GPU, and no more: each leaves a partial result. */
export function fewSplits({ down, groups }: ColumnTile, rows: number): RowSplits {
  return splitsOf(rows, Math.max(8 * down, Math.ceil((rows * groups) / 1024)));
}

/** Workgroups of a few rows a thread, where they leave nothing to merge. */
export function manySplits({ down }: ColumnTile, rows: number): RowSplits {
  return splitsOf(rows, Math.max(4 * down, Math.ceil(rows / 65_535)));
}

function splitsOf(rows: number, rowsPerSplit: number): RowSplits {
  return { rows, rowsPerSplit, splits: Math.max(1, Math.ceil(rows / rowsPerSplit)) };
}

export function splitUniforms({ rows, rowsPerSplit, splits }: RowSplits): readonly Uniform[] {
  return [u32(rows), u32(rowsPerSplit), u32(splits)];
}

/** The head of a shader on such a tile: `Vector`, the buffers, of vectors, and `sizes`. */
export function columnHead(
  { vector, columns, across, down }: ColumnTile,
  {
    reads,
    perRow = [],
    writes,
    scalar,
    inHalves = [],
  }: {
    readonly reads: readonly string[];
    /** Read after the others, a float a row. */
    readonly perRow?: readonly string[];
    readonly writes: readonly string[];
    /** The name of a float behind the sizes. */
    readonly scalar?: string;
    /** Those of the buffers that are of halves; columns must be of vectors. */
    readonly inHalves?: readonly string[];
  },
): string {
  const typed = (names: readonly string[]) =>
    names.map((name) => [name, inHalves.includes(name) ? halves.element : "Vector"]);
  return /* wgsl */ `
alias Vector = ${vector};
const COLUMNS = ${columns}u;
const ACROSS = ${across}u;
const DOWN = ${down}u;
${declare({
  reads: Object.fromEntries([...typed(reads), ...perRow.map((name) => [name, "f32"])]),
  writes: Object.fromEntries(typed(writes)),
  uniforms: {
    rows: "u32",
    rowsPerSplit: "u32",
    splits: "u32",
    ...(scalar === undefined ? {} : { [scalar]: "f32" as const }),
  },
})}
${inHalves.length > 0 ? halves.code : ""}
`;
}

/** The head of `main`: this thread's `column` (which may lie beside the matrix), and its rows from `first` to `end` by DOWN. */
export const columnMain = /* wgsl */ `
@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  let column = group.x * ACROSS + thread % ACROSS;
  let first = group.y * sizes.rowsPerSplit + thread / ACROSS;
  let end = min(sizes.rows, (group.y + 1u) * sizes.rowsPerSplit);
`;

/** Merges the threads of each column in halves, always the same ones; the first ACROSS threads have the result. */
export function mergeDown(merge: string): string {
  return /* wgsl */ `
  for (var half = DOWN / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half * ACROSS) {
      ${merge}
    }
  }
`;
}

export function keyOf({ vector, columns }: ColumnTile): string {
  return `${vector}x${columns}`;
}
