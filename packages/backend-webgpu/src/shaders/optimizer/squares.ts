import { groupIndex } from "../fold.js";
import { declare } from "../bindings.js";
import { type Dispatch, f32, u32 } from "../dispatch.js";
import { blockEnds, blockGrid, blocksOf, type Tensor, THREADS } from "./blocks.js";

/** Values, or vectors, that an invocation adds up. */
const EACH = 4;

/** Sums of squares that a tensor has. */
export const squaresOf = (size: number) => blocksOf(size, EACH);

/**
 * Sums of squares of pieces of several weights and of their gradients with decay, float32 `[all pieces, 2]`, of which these tensors'
 * begin at `first`.
 *
 * Reads weight and gradient of each tensor.
 */
export function squaresDispatch(
  tensors: readonly (Tensor & { readonly decay: number })[],
  first: number,
): Dispatch {
  const ends = blockEnds(tensors, EACH);
  const elements = tensors.map(({ size }) => (size % 4 === 0 ? "vec4f" : "f32"));
  return {
    name: "optimizer/squares",
    key: elements.join(),
    code: () => code(elements),
    uniforms: [
      u32(first),
      ...tensors.flatMap(({ size, decay }, i) => [
        u32(ends[i]),
        u32(size % 4 === 0 ? size / 4 : size),
        f32(decay),
      ]),
    ],
    grid: blockGrid(ends),
  };
}

const code = (elements: readonly string[]) => `
${declare({
  reads: Object.fromEntries(
    elements.flatMap((element, i) => [
      [`weight${i}`, element],
      [`gradient${i}`, element],
    ]),
  ),
  writes: { squares: "vec2f" },
  uniforms: Object.fromEntries([
    ["first", "u32"],
    ...elements.flatMap((_, i) => [
      [`end${i}`, "u32"],
      [`count${i}`, "u32"],
      [`decay${i}`, "f32"],
    ]),
  ]),
})}
var<workgroup> sums: array<vec2f, ${THREADS}>;

${elements.map(pieceCode).join("\n")}

@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let block = ${groupIndex};
  var sum = vec2f();
  var begin = 0u;
  ${elements
    .map(
      (_, i) => `if (block >= begin && block < sizes.end${i}) {
    sum = piece${i}((block - begin) * ${THREADS * EACH}u + thread);
  }
  begin = sizes.end${i};`,
    )
    .join("\n  ")}
  sums[thread] = sum;
  for (var half = ${THREADS / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { sums[thread] += sums[thread + half]; }
  }
  if (thread == 0u && block < begin) { squares[sizes.first + block] = sums[0]; }
}`;

function pieceCode(element: string, i: number): string {
  const square = (x: string) => (element === "f32" ? `${x} * ${x}` : `dot(${x}, ${x})`);
  return `
fn piece${i}(first: u32) -> vec2f {
  var sum = vec2f();
  let end = min(first + ${THREADS * EACH}u, sizes.count${i});
  for (var at = first; at < end; at += ${THREADS}u) {
    let weight = weight${i}[at];
    let gradient = gradient${i}[at] + sizes.decay${i} * weight;
    sum += vec2f(${square("weight")}, ${square("gradient")});
  }
  return sum;
}`;
}
