import { foldedGrid, groupIndex } from "./fold.js";

/** Invocations of a workgroup of shaders that take one element each. */
export const LINEAR = 64;

/** Workgroups for `count` elements, in two dimensions if they are many. */
export function linearGrid(count: number): readonly [number, number] {
  return foldedGrid(Math.ceil(count / LINEAR));
}

/** The entry point of such a shader: `body` has the element's number as `at`, and returns where that is too large. */
export function linearMain(body: string): string {
  return `
@compute @workgroup_size(${LINEAR})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = (${groupIndex}) * ${LINEAR}u + lane;
  ${body}
}`;
}
