import { declare } from "./bindings.js";
import { type Dispatch, u32 } from "./dispatch.js";
import { groupIndex } from "./fold.js";
import { blockEnds, blockGrid, type Tensor, THREADS } from "./optimizer/blocks.js";

export interface TakenTensor extends Tensor {
  /** Whether what is taken is written over the next values. */
  readonly inPlace: boolean;
}

/**
 * Takes several tensors' next values where the condition is not 0, and those before otherwise; in place there is then nothing to do.
 *
 * Reads the condition and, of each tensor, the values before and the next ones but in place; writes what is taken.
 */
export function takeIf(tensors: readonly TakenTensor[]): Dispatch {
  const ends = blockEnds(tensors, 1);
  return {
    name: "take-if",
    key: tensors.map(({ size, inPlace }) => (size % 4 === 0 ? "v" : "s") + (inPlace ? "i" : "o")).join(),
    code: () => code(tensors),
    uniforms: tensors.flatMap(({ size }, i) => [u32(ends[i]), u32(size % 4 === 0 ? size / 4 : size)]),
    grid: blockGrid(ends),
  };
}

/** Of values it knows the bits alone. */
function code(tensors: readonly TakenTensor[]): string {
  const elements = tensors.map(({ size }) => (size % 4 === 0 ? "vec4u" : "u32"));
  const reads = tensors.flatMap(({ inPlace }, i) => [
    [`before${i}`, elements[i]],
    ...(inPlace ? [] : [[`next${i}`, elements[i]]]),
  ]);
  const uniforms = tensors.flatMap((_, i) => [
    [`end${i}`, "u32"],
    [`count${i}`, "u32"],
  ]);
  return /* wgsl */ `
${declare({
  reads: { condition: "f32", ...Object.fromEntries(reads) },
  writes: Object.fromEntries(elements.map((element, i) => [`taken${i}`, element])),
  uniforms: Object.fromEntries(uniforms),
})}
@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let block = ${groupIndex};
  let takes = condition[0] != 0;
  var begin = 0u;
  ${tensors
    .map(
      ({ inPlace }, i) => `if (block < sizes.end${i}) {
    let at = (block - begin) * ${THREADS}u + thread;
    if (at >= sizes.count${i}${inPlace ? " || takes" : ""}) { return; }
    taken${i}[at] = ${inPlace ? `before${i}[at]` : `select(before${i}[at], next${i}[at], takes)`};
    return;
  }
  begin = sizes.end${i};`,
    )
    .join("\n  ")}
}`;
}
