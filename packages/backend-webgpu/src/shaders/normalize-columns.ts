import { type ColumnTile, columnHead, columnMain, keyOf, manySplits, splitUniforms } from "./column-tile.js";
import { type Dispatch, f32 } from "./dispatch.js";
import { accessTo, bindingsOf } from "./half.js";
import { rectified } from "./not-a-number.js";

export interface Ending {
  readonly relu: boolean;
  readonly residual: boolean;
}

/**
 * Batch normalisation by given statistics: `x`, `mean`, `variance`, `scale`, `offset`, `residual?` → y, that is
 * `relu?((x - mean) / √(variance + ε) · scale + offset + residual?)`. `inHalves` names those of x, residual and y that are of halves.
 */
export function normalizeColumns(
  tile: ColumnTile,
  rows: number,
  { epsilon, relu, residual }: Ending & { readonly epsilon: number },
  inHalves: readonly string[] = [],
): Dispatch {
  const split = manySplits(tile, rows);
  const reads = ["x", "means", "variances", "scales", "offsets", ...(residual ? ["residual"] : [])];
  return {
    name: "batch-norm/normalize",
    key: [keyOf(tile), relu, residual, ...inHalves].join(" "),
    code: () => normalize(tile, { relu, residual }, reads, inHalves),
    uniforms: [...splitUniforms(split), f32(epsilon)],
    halves: bindingsOf([...reads, "y"], inHalves),
    grid: [tile.groups, split.splits],
  };
}

function normalize(
  tile: ColumnTile,
  { relu, residual }: Ending,
  reads: readonly string[],
  inHalves: readonly string[],
): string {
  const { read, write } = accessTo(inHalves);
  return /* wgsl */ `
${columnHead(tile, { reads, writes: ["y"], scalar: "epsilon", inHalves })}
${columnMain}
  if (column >= COLUMNS) { return; }
  let mean = means[column];
  let slope = scales[column] * inverseSqrt(variances[column] + sizes.epsilon);
  let offset = offsets[column];
  for (var row = first; row < end; row += DOWN) {
    let at = row * COLUMNS + column;
    let value = (${read("x[at]")} - mean) * slope + offset${residual ? ` + ${read("residual[at]")}` : ""};
    ${write("y[at]", relu ? rectified("value", tile.vector) : "value")}
  }
}
`;
}
