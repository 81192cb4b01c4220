import { type ColumnTile, columnHead, columnMain, keyOf, manySplits, splitUniforms } from "./column-tile.js";
import { type Dispatch, f32 } from "./dispatch.js";

export interface Ending {
  readonly relu: boolean;
  readonly residual: boolean;
}

/**
 * Batch normalisation by given statistics: `x`, `mean`, `variance`, `scale`, `offset`, `residual?` → y, that is
 * `relu?((x - mean) / √(variance + ε) · scale + offset + residual?)`.
 */
export function normalizeColumns(
  tile: ColumnTile,
  rows: number,
  { epsilon, relu, residual }: Ending & { readonly epsilon: number },
): Dispatch {
  const split = manySplits(tile, rows);
  return {
    name: "batch-norm/normalize",
    key: `${keyOf(tile)} ${relu} ${residual}`,
    code: () => normalize(tile, { relu, residual }),
    uniforms: [...splitUniforms(split), f32(epsilon)],
    grid: [tile.groups, split.splits],
  };
}

function normalize(tile: ColumnTile, { relu, residual }: Ending): string {
  const reads = ["x", "means", "variances", "scales", "offsets", ...(residual ? ["residual"] : [])];
  return /* wgsl */ `
${columnHead(tile, { reads, writes: ["y"], scalar: "epsilon" })}
${columnMain}
  if (column >= COLUMNS) { return; }
  let mean = means[column];
  let slope = scales[column] * inverseSqrt(variances[column] + sizes.epsilon);
  let offset = offsets[column];
  for (var row = first; row < end; row += DOWN) {
    let at = row * COLUMNS + column;
    let value = (x[at] - mean) * slope + offset${residual ? " + residual[at]" : ""};
    y[at] = ${relu ? "select(value, Vector(), value <= Vector())" : "value"};
  }
}
`;
}
