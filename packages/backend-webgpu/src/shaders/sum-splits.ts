import { declare } from "./bindings.js";
import { type Dispatch, u32 } from "./dispatch.js";
import { linearGrid, linearMain } from "./linear.js";

/** The sum of `splits` tensors of `size` values that lie behind one another. */
export function sumSplits(size: number, splits: number): Dispatch {
  const vectors = size % 4 === 0;
  const count = vectors ? size / 4 : size;
  return {
    name: "sum-splits",
    key: vectors ? "vectors" : "scalars",
    code: () => code(vectors ? "vec4f" : "f32"),
    uniforms: [u32(count), u32(splits)],
    grid: linearGrid(count),
  };
}

const code = (element: string) => `
${declare({
  reads: { partial: element },
  writes: { sum: element },
  uniforms: { count: "u32", splits: "u32" },
})}
${linearMain(`
  if (at >= sizes.count) { return; }
  var total = ${element}();
  for (var split = 0u; split < sizes.splits; split++) { total += partial[split * sizes.count + at]; }
  sum[at] = total;
`)}`;
