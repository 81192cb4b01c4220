import { type Dispatch, f32, u32 } from "../dispatch.js";
import { foldedGrid, groupIndex } from "../fold.js";
import { halves } from "../half.js";
import { type Finish, finishCode, finishKey, storeFinished } from "./finish.js";
import { storageKey, storedType, valueType, widthOf } from "./operand.js";

export interface SumOfSplits {
  readonly name: string;
  /** Values of a split. */
  readonly size: number;
  readonly splits: number;
  /** The innermost axis. */
  readonly columns: number;
  readonly finish: Finish;
  readonly slope: number;
  /** Whether the sum is stored as halves. */
  readonly half: boolean;
}

const THREADS = 64;

/** The sum of partial results `[splits, size]`, in order, and what follows. */
export function sumOfSplits({ name, size, splits, columns, finish, slope, half }: SumOfSplits): Dispatch {
  const width = widthOf(columns);
  return {
    name: `${name}/sum`,
    key: `${storageKey(width, half)}; ${finishKey(finish)}`,
    code: () => code(finish, width, half),
    uniforms: [u32(size), u32(splits), u32(columns), f32(slope)],
    halves: half ? [finish.bias ? 2 : 1] : [],
    grid: foldedGrid(Math.ceil(size / width / THREADS)),
  };
}

function code(finish: Finish, width: 1 | 4, half: boolean): string {
  const type = valueType(width);
  const buffers = ["partial", ...(finish.bias ? ["bias"] : [])];
  return `
struct Sizes { size: u32, splits: u32, columns: u32, slope: f32 }
${buffers.map((buffer, i) => `@group(0) @binding(${i}) var<storage, read> ${buffer}: array<${type}>;`).join("\n")}
@group(0) @binding(${buffers.length}) var<storage, read_write> results: array<${storedType(width, half)}>;
@group(0) @binding(${buffers.length + 1}) var<uniform> sizes: Sizes;
${half ? halves.code : ""}
${finishCode(finish, type)}

@compute @workgroup_size(${THREADS}) fn main(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = (${groupIndex}) * ${THREADS}u + thread;
  let length = sizes.size / ${width}u;
  if (i >= length) { return; }
  var sum = partial[i];
  for (var split = 1u; split < sizes.splits; split++) { sum += partial[split * length + i]; }
  ${storeFinished("results[i]", `finish(sum, i * ${width}u % sizes.columns)`, finish, half)}
}`;
}
