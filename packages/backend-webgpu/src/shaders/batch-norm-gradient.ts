import { columnSums } from "./column-sums.js";
import { type ColumnTile, columnHead, columnMain, keyOf, manySplits, splitUniforms } from "./column-tile.js";
import type { Dispatch } from "./dispatch.js";
import type { Ending } from "./normalize-columns.js";

/**
 * The gradient of batch normalisation by the statistics of the batch, in three dispatches:
 * dx = scale/σ · (g − mean(g) − x̂ · mean(g·x̂)), where x̂ = (x − mean)/σ and g = dy where the relu let something through.
 *
 * 1. `dy`, `x`, `mean`, `variance`, `y?` → `parts`
 * 2. `parts`, `mean`, `variance`, `scale` → `dScale`, `dOffset`, `factors` `[4, channels]`
 * 3. `dy`, `x`, `factors`, `y?` → `dx`, and `g` where there are a relu and a residual.
 *
 * `y` is there where there is a relu.
 */
export function batchNormGradient(
  tile: ColumnTile,
  rows: number,
  { epsilon, relu, residual }: Ending & { readonly epsilon: number },
) {
  const { partsShape, ofParts, finish } = columnSums({
    name: `batch-norm/gradient${relu ? "-relu" : ""}`,
    tile,
    rows,
    epsilon,
    reads: ["dy", "x", "means", "variances", ...(relu ? ["y"] : [])],
    before: /* wgsl */ `
    let mean = means[column];
    let inverseDeviation = inverseSqrt(variances[column] + sizes.epsilon);`,
    each: `let g = ${gradient(relu)};`,
    terms: ["g", "g * (x[at] - mean) * inverseDeviation"],
    finish: {
      reads: ["means", "variances", "scales"],
      writes: ["dScale", "dOffset", "factors"],
      code: /* wgsl */ `
    let count = f32(sizes.rows);
    let inverseDeviation = inverseSqrt(variances[column] + sizes.epsilon);
    dOffset[column] = total0;
    dScale[column] = total1;
    factors[column] = means[column];
    factors[COLUMNS + column] = scales[column] * inverseDeviation;
    factors[2u * COLUMNS + column] = total0 / count;
    factors[3u * COLUMNS + column] = total1 * inverseDeviation / count;`,
    },
  });
  const split = manySplits(tile, rows);
  const apply: Dispatch = {
    name: "batch-norm/gradient-of-x",
    key: `${keyOf(tile)} ${relu} ${residual}`,
    code: () => ofX(tile, { relu, residual }),
    uniforms: splitUniforms(split),
    grid: [tile.groups, split.splits],
  };
  return { partsShape, ofParts, finish, apply };
}

function gradient(relu: boolean): string {
  return relu ? "select(dy[at], Vector(), y[at] <= Vector())" : "dy[at]";
}

function ofX(tile: ColumnTile, { relu, residual }: Ending): string {
  const reads = ["dy", "x", "factors", ...(relu ? ["y"] : [])];
  const both = relu && residual;
  return /* wgsl */ `
${columnHead(tile, { reads, writes: ["dx", ...(both ? ["dSum"] : [])] })}
${columnMain}
  if (column >= COLUMNS) { return; }
  let mean = factors[column];
  let slope = factors[COLUMNS + column];
  let meanGradient = factors[2u * COLUMNS + column];
  let along = factors[3u * COLUMNS + column];
  for (var row = first; row < end; row += DOWN) {
    let at = row * COLUMNS + column;
    let g = ${gradient(relu)};
    dx[at] = slope * (g - meanGradient - (x[at] - mean) * along);
    ${both ? "dSum[at] = g;" : ""}
  }
}
`;
}
