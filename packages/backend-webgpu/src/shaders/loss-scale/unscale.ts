import { declare } from "../bindings.js";
import { type Dispatch, u32 } from "../dispatch.js";
import { groupIndex } from "../fold.js";
import { blockEnds, blockGrid, blocksOf, type Tensor, THREADS } from "../optimizer/blocks.js";

/** Values, or vectors, of an invocation. */
const EACH = 4;

export interface ScaledTensor extends Tensor {
  /** Whether it is divided where it is. */
  readonly inPlace: boolean;
}

/** Flags that a tensor has. */
export const flagsOf = (size: number) => blocksOf(size, EACH);

/**
 * Divides several gradients by the scale, and says of each of their pieces whether it is finite, in flags of which these tensors' begin
 * at `first`.
 *
 * Reads the scale, and those gradients that are not divided in place; writes the gradients, and the flags.
 */
export function unscale(tensors: readonly ScaledTensor[], first: number): Dispatch {
  const ends = blockEnds(tensors, EACH);
  return {
    name: "loss-scale/unscale",
    key: tensors.map(({ size, inPlace }) => (size % 4 === 0 ? "v" : "s") + (inPlace ? "i" : "o")).join(),
    code: () => code(tensors),
    uniforms: [
      u32(first),
      ...tensors.flatMap(({ size }, i) => [u32(ends[i]), u32(size % 4 === 0 ? size / 4 : size)]),
    ],
    grid: blockGrid(ends),
  };
}

function code(tensors: readonly ScaledTensor[]): string {
  const elements = tensors.map(({ size }) => (size % 4 === 0 ? "vec4f" : "f32"));
  const reads = tensors.flatMap(({ inPlace }, i) => (inPlace ? [] : [[`scaled${i}`, elements[i]]]));
  const uniforms = tensors.flatMap((_, i) => [
    [`end${i}`, "u32"],
    [`count${i}`, "u32"],
  ]);
  return /* wgsl */ `
${declare({
  reads: { scale: "f32", ...Object.fromEntries(reads) },
  writes: { ...Object.fromEntries(elements.map((element, i) => [`gradient${i}`, element])), flags: "f32" },
  uniforms: { first: "u32", ...Object.fromEntries(uniforms) },
})}
var<workgroup> overflows: atomic<u32>;

// Whatever the device makes of NaN: all bits of the exponent are set in it and in what is infinite, and in nothing else.
fn overflow(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7f800000u) == 0x7f800000u;
}

fn overflow4(values: vec4f) -> bool {
  return any((bitcast<vec4u>(values) & vec4u(0x7f800000u)) == vec4u(0x7f800000u));
}

${tensors.map(({ inPlace }, i) => pieceCode(elements[i], inPlace ? "gradient" : "scaled", i)).join("\n")}

@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let block = ${groupIndex};
  // Of a power of 2 the bits of the inverse, where a division may round.
  let inverse = bitcast<f32>(0x7f000000u - bitcast<u32>(scale[0]));
  var found = false;
  var begin = 0u;
  ${tensors
    .map(
      (_, i) => `if (block >= begin && block < sizes.end${i}) {
    found = piece${i}((block - begin) * ${THREADS * EACH}u + thread, inverse);
  }
  begin = sizes.end${i};`,
    )
    .join("\n  ")}
  if (found) { atomicStore(&overflows, 1u); }
  workgroupBarrier();
  if (thread == 0u && block < begin) { flags[sizes.first + block] = 1 - f32(atomicLoad(&overflows)); }
}`;
}

function pieceCode(element: string, from: string, i: number): string {
  const overflow = element === "f32" ? "overflow" : "overflow4";
  return `
fn piece${i}(first: u32, inverse: f32) -> bool {
  var found = false;
  let end = min(first + ${THREADS * EACH}u, sizes.count${i});
  for (var at = first; at < end; at += ${THREADS}u) {
    let scaled = ${from}${i}[at];
    let gradient = scaled * inverse;
    found = found || ${overflow}(scaled) || ${overflow}(gradient);
    gradient${i}[at] = gradient;
  }
  return found;
}`;
}
