import { type Dispatch, f32, i32, u32 } from "./dispatch.js";
import { storage, uniforms } from "./storage.js";

/** → `start + step · i` at i, of the type given. Many threads that write one value each, for lack of anything to read. */
export function progression(
  type: "float32" | "int32",
  size: number,
  { start, step }: { readonly start: number; readonly step: number },
): Dispatch {
  const scalar = type === "float32" ? "f32" : "i32";
  const groups = Math.ceil(size / 256);
  const across = Math.min(groups, 32_768);
  const number = type === "float32" ? f32 : i32;
  return {
    name: "progression",
    key: scalar,
    code: () => /* wgsl */ `
${storage({ reads: [], writes: ["values"], type: scalar })}
${uniforms(1, "given", `start: ${scalar}, step: ${scalar}, size: u32`)}
@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) thread: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = thread.x + thread.y * groups.x * 256u;
  if (at >= given.size) { return; }
  values[at] = given.start + given.step * ${scalar}(at);
}
`,
    uniforms: [number(start), number(step), u32(size)],
    grid: [across, Math.ceil(groups / across)],
  };
}
