import { declare } from "./bindings.js";
import { type Dispatch, u32 } from "./dispatch.js";
import { accessTo, bindingsOf, halves } from "./half.js";
import { linearGrid, linearMain } from "./linear.js";

/** `a`, `b` → `sum`, of a size that divides by 4. `inHalves` names those of them that are of halves. */
export function add(size: number, inHalves: readonly string[]): Dispatch {
  const typed = (name: string) => [name, inHalves.includes(name) ? halves.element : "vec4f"];
  const { read, write } = accessTo(inHalves);
  return {
    name: "halves/add",
    key: inHalves.join(),
    code: () => /* wgsl */ `
${declare({
  reads: Object.fromEntries(["a", "b"].map(typed)),
  writes: Object.fromEntries([typed("sum")]),
  uniforms: { count: "u32" },
})}
${halves.code}
${linearMain(`
  if (at >= sizes.count) { return; }
  ${write("sum[at]", `${read("a[at]")} + ${read("b[at]")}`)}
`)}`,
    uniforms: [u32(size / 4)],
    halves: bindingsOf(["a", "b", "sum"], inHalves),
    grid: linearGrid(size / 4),
  };
}
