import { type Bindings, declare } from "./bindings.js";
import { type Dispatch, f32, type Uniform, u32 } from "./dispatch.js";
import { bitsOf, keepingNaN } from "./not-a-number.js";

/** How the threads of a workgroup lie over a matrix of which a few, side by side, walk along one row each. */
export interface RowTile {
  readonly vector: "f32" | "vec4f";
  readonly width: 1 | 4;
  /** Vectors of a row. */
  readonly columns: number;
  /** Threads of a row. */
  readonly lanes: number;
}

export interface RowShader {
  readonly name: string;
  /** Rows and features of the matrices. */
  readonly rows: number;
  readonly features: number;
  /** Types by name, as `Bindings`; `Vector` is one to four features. */
  readonly reads: Bindings["reads"];
  readonly writes: Bindings["writes"];
  readonly epsilon?: number;
  /**
   * WGSL with `row`, `lane` and `start`, where the row starts in a matrix, in the functions' flow, which all threads share. Those
   * beside the matrix read its first row, and must not write: see `eachWritten`.
   */
  readonly body: string;
}

const THREADS = 256;

/** A dispatch in which each row is the work of some threads of one workgroup. */
export function rowShader({ name, rows, features, epsilon, body, ...buffers }: RowShader): Dispatch {
  const tile = rowTile(features);
  const groups = Math.ceil((rows * tile.lanes) / THREADS);
  const across = Math.min(groups, 32_768);
  const uniforms: Uniform[] = [u32(rows), ...(epsilon === undefined ? [] : [f32(epsilon)])];
  const members: Bindings["uniforms"] =
    epsilon === undefined ? { rows: "u32" } : { rows: "u32", epsilon: "f32" };
  return {
    name,
    key: String(features),
    code: () => code(tile, { ...buffers, uniforms: members }, body),
    uniforms,
    grid: [across, Math.ceil(groups / across)],
  };
}

/** WGSL for each vector of the row, with `i` in the row and `at` in a matrix. */
export function each(body: string): string {
  return /* wgsl */ `
  for (var i = lane; i < COLUMNS; i += LANES) {
    let at = start + i;
    ${body}
  }`;
}

/** The same, of rows inside the matrix only. */
export function eachWritten(body: string): string {
  return /* wgsl */ `
  for (var i = select(COLUMNS, lane, isInside); i < COLUMNS; i += LANES) {
    let at = start + i;
    ${body}
  }`;
}

function rowTile(features: number): RowTile {
  const width = features % 4 === 0 ? 4 : 1;
  const columns = features / width;
  // Two vectors a thread.
  const lanes = Math.min(THREADS, 2 ** Math.max(0, Math.ceil(Math.log2(columns)) - 1));
  return { vector: width === 4 ? "vec4f" : "f32", width, columns, lanes };
}

function code({ vector, width, columns, lanes }: RowTile, bindings: Bindings, body: string): string {
  const isScalar = width === 1;
  return /* wgsl */ `
alias Vector = ${vector};
const COLUMNS = ${columns}u;
const LANES = ${lanes}u;
const FEATURES = ${columns * width}.0;
${declare(bindings)}
var<workgroup> ofThreads: array<f32, ${THREADS}>;

fn total(vector: Vector) -> f32 {
  return ${isScalar ? "vector" : "vector.x + vector.y + (vector.z + vector.w)"};
}

fn largest(vector: Vector) -> f32 {
  return ${isScalar ? "vector" : "max(max(vector.x, vector.y), max(vector.z, vector.w))"};
}
${keepingNaN(vector)}
/** A value, computed before what follows: no compiler knows that there are fewer than 2³¹ rows. */
fn asWritten(value: Vector) -> Vector {
  return bitcast<Vector>(bitcast<${bitsOf(vector)}>(value) | ${bitsOf(vector)}(sizes.rows >> 31u));
}

/** The sum over the threads of a row, for each of them; always in the same order. */
fn sumOfRow(own: Vector, thread: u32) -> f32 {
  workgroupBarrier();
  ofThreads[thread] = total(own);
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread % LANES < half) { ofThreads[thread] += ofThreads[thread + half]; }
  }
  workgroupBarrier();
  return ofThreads[thread - thread % LANES];
}

/** The largest over the threads of a row; NaN is none. */
fn largestOfRow(own: Vector, thread: u32) -> f32 {
  workgroupBarrier();
  ofThreads[thread] = largest(own);
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread % LANES < half) { ofThreads[thread] = max(ofThreads[thread], ofThreads[thread + half]); }
  }
  workgroupBarrier();
  return ofThreads[thread - thread % LANES];
}

@compute @workgroup_size(${THREADS})
fn main(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let lane = thread % LANES;
  let wanted = (group.y * groups.x + group.x) * (${THREADS}u / LANES) + thread / LANES;
  let isInside = wanted < sizes.rows;
  let row = select(0u, wanted, isInside);
  let start = row * COLUMNS;
  ${body}
}
`;
}
