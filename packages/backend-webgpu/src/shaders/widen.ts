import { declare } from "./bindings.js";
import { type Dispatch, u32 } from "./dispatch.js";
import { halves } from "./half.js";
import { linearGrid, linearMain } from "./linear.js";

/** Halves → floats, of a size that divides by 4. */
export function widen(size: number): Dispatch {
  return {
    name: "halves/widen",
    key: "",
    code: () => /* wgsl */ `
${declare({ reads: { stored: halves.element }, writes: { values: "vec4f" }, uniforms: { count: "u32" } })}
${halves.code}
${linearMain(`
  if (at >= sizes.count) { return; }
  values[at] = ${halves.load("stored[at]")};
`)}`,
    uniforms: [u32(size / 4)],
    halves: [0],
    grid: linearGrid(size / 4),
  };
}
