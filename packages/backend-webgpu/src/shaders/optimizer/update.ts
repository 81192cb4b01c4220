import { groupIndex } from "../fold.js";
import { declare } from "../bindings.js";
import { type Dispatch, f32, u32, type Uniform } from "../dispatch.js";
import { blockEnds, blockGrid, type Tensor, THREADS } from "./blocks.js";
import type { Rule } from "./rules.js";

export interface UpdatedTensor extends Tensor {
  /** For each thing that moves, whether it is updated where it is. */
  readonly inPlace: readonly boolean[];
  readonly decay: number;
  /** Where its sums of squares are; none of a tensor that does not adapt. */
  readonly squares?: { readonly first: number; readonly count: number };
}

/**
 * Updates several tensors by a rule; if there is a condition, where it is not 0.
 *
 * Reads the condition, if any, of each tensor its gradient and what moves but not in place, and then, where the rule adapts, the sums of
 * squares; writes, of each tensor, what moves.
 */
export function updateOf(
  rule: Rule,
  tensors: readonly UpdatedTensor[],
  step: readonly number[],
  conditional: boolean,
): Dispatch {
  const patterns = tensors.map(({ size, inPlace }) =>
    [size % 4 === 0 ? "v" : "s", ...inPlace.map((here) => (here ? "i" : "o"))].join(""),
  );
  const ends = blockEnds(tensors, 1);
  return {
    name: `optimizer/${rule.name}`,
    key: [...rule.options, ...(conditional ? ["if"] : []), ...patterns].join(),
    code: () => code(rule, tensors, conditional),
    uniforms: tensors.flatMap(({ size, decay, squares }, i): Uniform[] => [
      u32(ends[i]),
      u32(size % 4 === 0 ? size / 4 : size),
      f32(decay),
      ...(rule.adapts === true ? [u32(squares?.first ?? 0), u32(squares?.count ?? 0)] : []),
    ]),
    ofStep: step.map(f32),
    grid: blockGrid(ends),
  };
}

function code(rule: Rule, tensors: readonly UpdatedTensor[], conditional: boolean): string {
  const { moving, ofStep, adapts = false } = rule;
  const elements = tensors.map(({ size }) => (size % 4 === 0 ? "vec4f" : "f32"));
  const reads = [
    ...(conditional ? [["condition", "f32"]] : []),
    ...tensors.flatMap(({ inPlace }, i) => [
      [`gradient${i}`, elements[i]],
      ...moving.flatMap((name, at) => (inPlace[at] ? [] : [[`${name}Before${i}`, elements[i]]])),
    ]),
  ];
  const writes = tensors.flatMap((_, i) => moving.map((name) => [`${name}${i}`, elements[i]]));
  const uniforms = tensors.flatMap((_, i) => [
    [`end${i}`, "u32"],
    [`count${i}`, "u32"],
    [`decay${i}`, "f32"],
    ...(adapts
      ? [
          [`first${i}`, "u32"],
          [`squares${i}`, "u32"],
        ]
      : []),
  ]);
  const buffers = reads.length + writes.length + (adapts ? 1 : 0);
  return `
${declare({
  reads: Object.fromEntries([...reads, ...(adapts ? [["squares", "vec2f"]] : [])]),
  writes: Object.fromEntries(writes),
  uniforms: Object.fromEntries(uniforms),
})}
struct Step { ${ofStep.map((name) => `${name}: f32`).join(", ")} }
@group(0) @binding(${buffers + 1}) var<uniform> step: Step;

${tensors.map(({ inPlace }, i) => tensorCode(rule, inPlace, i, conditional)).join("\n")}
${adapts ? trustCode : ""}

@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let block = ${groupIndex};
  var begin = 0u;
  ${tensors
    .map(
      (_, i) => `if (block < sizes.end${i}) {
    ${adapts ? `let trust = trustOf(sizes.first${i}, sizes.squares${i}, thread);` : ""}
    update${i}((block - begin) * ${THREADS}u + thread${adapts ? ", trust" : ""});
    return;
  }
  begin = sizes.end${i};`,
    )
    .join("\n  ")}
}`;
}

function tensorCode(
  { moving, adapts, code }: Rule,
  inPlace: readonly boolean[],
  i: number,
  conditional: boolean,
): string {
  const stays = moving.map((name, slot) => (inPlace[slot] ? "" : `${name}${i}[at] = ${name}Before${i}[at];`));
  return `
fn update${i}(at: u32${adapts === true ? ", trust: f32" : ""}) {
  if (at >= sizes.count${i}) { return; }
  ${
    conditional
      ? `if (condition[0] == 0) {
    ${stays.join("\n    ")}
    return;
  }`
      : ""
  }
  let decay = sizes.decay${i};
  let gradient = gradient${i}[at];
  ${moving.map((name, slot) => `var ${name} = ${name}${inPlace[slot] ? "" : "Before"}${i}[at];`).join("\n  ")}
  {${code}
  }
  ${moving.map((name) => `${name}${i}[at] = ${name};`).join("\n  ")}
}`;
}

/** Every workgroup adds up the sums of its tensor's pieces, in the same order. */
const trustCode = `
var<workgroup> sums: array<vec2f, ${THREADS}>;

fn trustOf(first: u32, count: u32, thread: u32) -> f32 {
  if (count == 0u) { return 1; }
  var sum = vec2f();
  for (var at = thread; at < count; at += ${THREADS}u) { sum += squares[first + at]; }
  sums[thread] = sum;
  for (var half = ${THREADS / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { sums[thread] += sums[thread + half]; }
  }
  workgroupBarrier();
  let norms = sqrt(sums[0]);
  if (min(norms.x, norms.y) > 0) { return step.trustCoefficient * norms.x / norms.y; }
  return 1;
}`;
