import { declare } from "./bindings.js";
import { type Dispatch, u32 } from "./dispatch.js";
import { linearGrid, linearMain } from "./linear.js";

/**
 * The sum of `splits` tensors of `size` values that lie behind one another. With `zeros`, fills a second output of the size with 0.
 */
export function sumSplits({
  size,
  splits,
  zeros = false,
}: {
  readonly size: number;
  readonly splits: number;
  readonly zeros?: boolean;
}): Dispatch {
  const vectors = size % 4 === 0;
  const count = vectors ? size / 4 : size;
  return {
    name: "sum-splits",
    key: `${vectors ? "vectors" : "scalars"}${zeros ? ",zeros" : ""}`,
    code: () => code(vectors ? "vec4f" : "f32", zeros),
    uniforms: [u32(count), u32(splits)],
    grid: linearGrid(count),
  };
}

const code = (element: string, zeros: boolean) => `
${declare({
  reads: { partial: element },
  writes: { sum: element, ...(zeros ? { zeros: element } : {}) },
  uniforms: { count: "u32", splits: "u32" },
})}
${linearMain(`
  if (at >= sizes.count) { return; }
  var total = ${element}();
  for (var split = 0u; split < sizes.splits; split++) { total += partial[split * sizes.count + at]; }
  sum[at] = total;
  ${zeros ? `zeros[at] = ${element}();` : ""}
`)}`;
