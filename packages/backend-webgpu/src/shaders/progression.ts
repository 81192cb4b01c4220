import { declare } from "./bindings.js";
import { type Dispatch, f32, i32, u32 } from "./dispatch.js";
import { linearGrid, linearMain } from "./linear.js";

/** → `start + step · i` at i. */
export function progression(
  type: "float32" | "int32",
  size: number,
  { start, step }: { readonly start: number; readonly step: number },
): Dispatch {
  const [element, number] = type === "float32" ? (["f32", f32] as const) : (["i32", i32] as const);
  return {
    name: "progression",
    key: element,
    code: () => /* wgsl */ `
${declare({ reads: {}, writes: { values: element }, uniforms: { start: element, step: element, count: "u32" } })}
${linearMain(`
  if (at >= sizes.count) { return; }
  values[at] = sizes.start + sizes.step * ${element}(at);
`)}`,
    uniforms: [number(start), number(step), u32(size)],
    grid: linearGrid(size),
  };
}
