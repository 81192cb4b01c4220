import { type Dispatch, f32, u32 } from "../dispatch.js";
import { foldedGrid, groupIndex } from "../fold.js";
import { halves } from "../half.js";
import { type Finish, finishCode, finishKey, plain, storeFinished } from "./finish.js";
import { loadCode, type Operand, storageKey, storedType, valueType, widthOf } from "./operand.js";
import { sumOfSplits } from "./sum-of-splits.js";
import { chooseTiling, type ProductShape, type Tile, tileCount, type Tiling, threadsOf } from "./tiling.js";

export interface Product {
  readonly name: string;
  readonly shape: ProductShape;
  /** Values from a product of the batch to the next; 0 if all share one. */
  readonly strides?: { readonly a: number; readonly b: number };
  readonly a: Operand;
  readonly b: Operand;
  readonly finish?: Finish;
  /** Of the activation that has one. */
  readonly slope?: number;
  /** Whether the results are stored as halves; their columns must divide by 4. */
  readonly half?: boolean;
  /** Where results go, if not to a row-major matrix for each of the batch. */
  readonly place?: Place;
  readonly tiling?: Tiling;
}

/** A product whose results lie elsewhere than in rows, and whose inner axis may be shorter in some of the batch. */
export interface Place {
  readonly key: string;
  /** Functions that the statements, and the operands, call. */
  readonly code: string;
  /** WGSL of the length of the inner axis in product `batch`. */
  readonly inner: string;
  /** Statements that return the index of column 0 of row `row` of product `batch`, or `nowhere`. */
  readonly index: string;
  /** Values of the results together. */
  readonly size: number;
}

/** A product and how the rule cuts it. */
export interface Choice {
  readonly product: Product;
  readonly tiling: Tiling;
}

/** The runs that compute a product. */
export interface ProductPlan {
  /** Where the caller left the tile open: another one, with the same splits, gives the same bits. */
  readonly choice?: Choice;
  /** On a, b, the bias if `sum` is none and there is one, and the results; or the partial results, if there is `sum`. */
  readonly product: Dispatch;
  /** On the partial results, the bias if there is one, and the results. */
  readonly sum?: { readonly dispatch: Dispatch; readonly partialSize: number };
}

/**
 * The product of two matrices [rows, inner] and [inner, columns], or of a batch of them, with tiles in registers: a workgroup
 * holds `depth` values of the inner axis of its rows and columns in its memory, and each thread multiplies out a few of either.
 *
 * Where the inner axis is split, partial results are summed in order: the same bits every time.
 */
export function product(options: Product): ProductPlan {
  const {
    name,
    shape,
    a,
    b,
    place,
    finish = plain,
    slope = 0,
    strides = { a: 0, b: 0 },
    half = false,
  } = options;
  const tiling = options.tiling ?? chooseTiling(shape);
  const { tile, splits, innerOfSplit } = tiling;
  const { batches, rows, columns, inner } = shape;
  const size = place?.size ?? batches * rows * columns;
  const width = widthOf(columns);
  const finished = splits === 1 ? finish : plain;
  // Partial results are of 32 bits.
  const stored = half && splits === 1;
  // In the order of `Sizes`.
  const counts = [
    rows,
    columns,
    inner,
    Math.ceil(rows / tile.rows),
    Math.ceil(columns / tile.columns),
    splits,
    innerOfSplit,
    batches,
    strides.a,
    strides.b,
    size,
  ];
  const key = [
    tileKey(tile),
    a.key,
    b.key,
    `store ${storageKey(width, stored)}`,
    place?.key,
    finishKey(finished),
  ].join("; ");
  return {
    ...(options.tiling === undefined && { choice: { product: options, tiling } }),
    product: {
      name,
      key,
      code: () => productCode({ tile, a, b, width, half: stored, finish: finished, place }),
      uniforms: [...counts.map(u32), f32(slope)],
      halves: halfBindings(a, b, finished.bias ? 3 : 2, stored),
      grid: foldedGrid(tileCount(tile, shape) * splits),
    },
    ...(splits > 1 && {
      sum: {
        dispatch: sumOfSplits({ name, size, splits, columns, finish, slope, half }),
        partialSize: splits * size,
      },
    }),
  };
}

function productCode({
  tile,
  a,
  b,
  width,
  half,
  finish,
  place,
}: Pick<Product, "a" | "b" | "place"> & {
  readonly tile: Tile;
  readonly finish: Finish;
  readonly width: 1 | 4;
  readonly half: boolean;
}): string {
  const type = valueType(width);
  const { rows, columns, threadRows, threadColumns, depth } = tile;
  const across = columns / threadColumns;
  const down = rows / threadRows;
  const rowQuads = range(threadRows / 4);
  const columnQuads = range(threadColumns / 4);
  const each = (code: (row: number, quad: number) => string) =>
    range(threadRows)
      .flatMap((row) => columnQuads.map((quad) => code(row, quad)))
      .join("\n");
  const buffers = ["a", "b", ...(finish.bias ? ["bias"] : [])];
  const types = [storedType(a.width, a.half), storedType(b.width, b.half), type];
  return `
struct Sizes {
  rows: u32, columns: u32, inner: u32, row_tiles: u32, column_tiles: u32,
  splits: u32, inner_of_split: u32, batches: u32, batchA: u32, batchB: u32, results: u32, slope: f32,
}
${buffers.map((buffer, i) => `@group(0) @binding(${i}) var<storage, read> ${buffer}: array<${types[i]}>;`).join("\n")}
@group(0) @binding(${buffers.length}) var<storage, read_write> results: array<${storedType(width, half)}>;
@group(0) @binding(${buffers.length + 1}) var<uniform> sizes: Sizes;

${a.half || b.half || half ? halves.code : ""}
const nowhere = 0xffffffffu;
${place?.code ?? ""}
fn inner_of(batch: u32) -> u32 { return ${place?.inner ?? "sizes.inner"}; }
fn index_of(batch: u32, row: u32) -> u32 {
  ${place?.index ?? "return (batch * sizes.rows + row) * sizes.columns;"}
}
${loadCode("a", a, tile)}
${loadCode("b", b, tile)}
${finishCode(finish, type)}
${storeCode(width, finish, half)}

@compute @workgroup_size(${threadsOf(tile)}) fn main(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let number = ${groupIndex};
  let column_tile = number % sizes.column_tiles;
  let row_tile = number / sizes.column_tiles % sizes.row_tiles;
  let part = number / (sizes.column_tiles * sizes.row_tiles);
  let split = part % sizes.splits;
  let batch = part / sizes.splits;
  if (batch >= sizes.batches) { return; }
  let first_row = row_tile * ${rows}u;
  let first_column = column_tile * ${columns}u;
  let thread_row = thread / ${across}u;
  let thread_column = thread % ${across}u;
  let begin = split * sizes.inner_of_split;
  let end = min(begin + sizes.inner_of_split, inner_of(batch));
  ${each((row, quad) => `var ${sum(row, quad)} = vec4f();`)}
  for (var inner = begin; inner < end; inner += ${depth}u) {
    load_a(thread, batch, first_row, inner, end);
    load_b(thread, batch, first_column, inner, end);
    workgroupBarrier();
    for (var k = 0u; k < ${depth}u; k++) {
      ${rowQuads.map((i) => `let a${i} = tile_a[k * ${rows / 4}u + thread_row + ${i * down}u];`).join("\n")}
      ${columnQuads.map((i) => `let b${i} = tile_b[k * ${columns / 4}u + thread_column + ${i * across}u];`).join("\n")}
      ${each((row, quad) => `${sum(row, quad)} = fma(vec4f(a${row >> 2}[${row & 3}]), b${quad}, ${sum(row, quad)});`)}
    }
    workgroupBarrier();
  }
  ${each((row, quad) => {
    const rowInTile = `4u * (thread_row + ${(row >> 2) * down}u) + ${row & 3}u`;
    const columnInTile = `4u * (thread_column + ${quad * across}u)`;
    return `store(split, batch, first_row + ${rowInTile}, first_column + ${columnInTile}, ${sum(row, quad)});`;
  })}
}`;
}

function halfBindings(a: Operand, b: Operand, resultsAt: number, results: boolean): readonly number[] {
  return [a.half, b.half].flatMap((half, i) => (half ? [i] : [])).concat(results ? [resultsAt] : []);
}

/** WGSL of `store`, of four columns of a row; of those that there are. */
function storeCode(width: 1 | 4, finish: Finish, half: boolean): string {
  const stores =
    width === 4
      ? `let at = (index + column) / 4u;
  ${storeFinished("results[at]", "finish(values, column)", finish, half)}`
      : `for (var i = 0u; i < min(4u, sizes.columns - column); i++) {
    let at = index + column + i;
    ${storeFinished("results[at]", "finish(values[i], column + i)", finish, half)}
  }`;
  return `
fn store(split: u32, batch: u32, row: u32, column: u32, values: vec4f) {
  if (row >= sizes.rows || column >= sizes.columns) { return; }
  let place = index_of(batch, row);
  if (place == nowhere) { return; }
  let index = split * sizes.results + place;
  ${stores}
}`;
}

/** The variable that holds four sums of a row of the thread's. */
function sum(row: number, quad: number): string {
  return `sum_${row}_${quad}`;
}

export function tileKey({ rows, columns, threadRows, threadColumns, depth }: Tile): string {
  return `${rows} × ${columns} × ${depth} by ${threadRows} × ${threadColumns}`;
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
