import { groupIndex } from "../fold.js";
import { halves } from "../half.js";
import { bySubgroups } from "./by-subgroups.js";
import { byThreads } from "./by-threads.js";
import { type Finish, finishCode, storeFinished } from "./finish.js";
import type { Loads } from "./loads.js";
import { type Operand, storedType, valueType } from "./operand.js";
import type { Place } from "./product.js";
import { type Tile, threadsOf } from "./tiling.js";

export interface ProductCode {
  readonly tile: Tile;
  readonly a: Operand;
  readonly b: Operand;
  /** Of the results. */
  readonly width: 1 | 4;
  readonly half: boolean;
  readonly finish: Finish;
  readonly place?: Place;
}

/** How a workgroup multiplies out its tiles of the factors. */
export interface Multiplication {
  readonly extensions?: readonly string[];
  readonly code?: string;
  /** Parameters of the entry point. */
  readonly parameters?: string;
  /** Statements at the beginning. */
  readonly begin: string;
  /** Statements that add the product of the tiles to the sums. */
  readonly add: string;
  /** Statements that store the sums, by `store(split, batch, row, column, values)`. */
  readonly end: string;
}

/** WGSL of a product. */
export function productCode({ tile, a, b, width, half, finish, place }: ProductCode): string {
  const type = valueType(width);
  const { rows, columns, depth } = tile;
  const { left, right, multiplication } =
    tile.unit === "subgroup" ? bySubgroups(tile, a, b) : byThreads(tile, a, b);
  const buffers = ["a", "b", ...(finish.bias ? ["bias"] : [])];
  const types = [storedType(a.width, a.half), storedType(b.width, b.half), type];
  const { extensions = [], code = "", parameters = "", begin, add, end } = multiplication;
  return `${extensions.map((extension) => `enable ${extension};\n`).join("")}
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
${left.code}
${right.code}
${finishCode(finish, type)}
${storeCode(width, finish, half)}
${code}

@compute @workgroup_size(${threadsOf(tile)}) fn main(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,${parameters}
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
  let begin = split * sizes.inner_of_split;
  let end = min(begin + sizes.inner_of_split, inner_of(batch));
  ${begin}
  ${tile.ahead === true ? loopAhead(depth, [left, right], add) : loop(depth, [left, right], add)}
  ${end}
}`;
}

const loop = (depth: number, factors: readonly Loads[], add: string) => `
  for (var inner = begin; inner < end; inner += ${depth}u) {
    ${factors.map(({ fill }) => fill).join("\n    ")}
    workgroupBarrier();
    ${add}
    workgroupBarrier();
  }`;

/** The next values are on their way while these are multiplied. */
const loopAhead = (depth: number, factors: readonly Loads[], add: string) => {
  const each = (of: (ahead: Loads["ahead"]) => string) =>
    factors.map(({ ahead }) => of(ahead)).join("\n    ");
  return `
  ${each(({ variables }) => variables)}
  ${each(({ read }) => read("begin"))}
  for (var inner = begin; inner < end; inner += ${depth}u) {
    ${each(({ store }) => store)}
    workgroupBarrier();
    let next = inner + ${depth}u;
    ${each(({ read }) => read("next"))}
    ${add}
    workgroupBarrier();
  }`;
};

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
