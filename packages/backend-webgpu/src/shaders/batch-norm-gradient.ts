import { columnSums } from "./column-sums.js";
import { type ColumnTile, columnHead, columnMain, keyOf, manySplits, splitUniforms } from "./column-tile.js";
import type { Dispatch } from "./dispatch.js";
import { accessTo, bindingsOf } from "./half.js";
import type { Ending } from "./normalize-columns.js";

/**
 * The gradient of batch normalisation by the statistics of the batch, in three dispatches:
 * dx = scale/σ · (g − mean(g) − x̂ · mean(g·x̂)), where x̂ = (x − mean)/σ and g = dy where the relu let something through.
 *
 * 1. `dy`, `x`, `mean`, `variance`, `y?` → `parts`
 * 2. `parts`, `mean`, `variance`, `scale` → `dScale`, `dOffset`, `factors` `[4, channels]`
 * 3. `dy`, `x`, `factors`, `y?` → `dx`, and `g` where there are a relu and a residual.
 *
 * `y` is there where there is a relu. `inHalves` names those of dy, x, y, dx and g, as `dSum`, that are of halves.
 */
export function batchNormGradient(
  tile: ColumnTile,
  rows: number,
  { epsilon, relu, residual }: Ending & { readonly epsilon: number },
  inHalves: readonly string[] = [],
) {
  const { read } = accessTo(inHalves);
  const { partsShape, ofParts, finish } = columnSums({
    name: `batch-norm/gradient${relu ? "-relu" : ""}`,
    tile,
    rows,
    epsilon,
    reads: ["dy", "x", "means", "variances", ...(relu ? ["y"] : [])],
    // Those of the other shader would make another key.
    inHalves: inHalves.filter((name) => name === "dy" || name === "x" || (relu && name === "y")),
    before: /* wgsl */ `
    let mean = means[column];
    let inverseDeviation = inverseSqrt(variances[column] + sizes.epsilon);`,
    each: `let g = ${gradient(relu, read)};`,
    terms: ["g", `g * (${read("x[at]")} - mean) * inverseDeviation`],
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
  const reads = ["dy", "x", "factors", ...(relu ? ["y"] : [])];
  const writes = ["dx", ...(relu && residual ? ["dSum"] : [])];
  const apply: Dispatch = {
    name: "batch-norm/gradient-of-x",
    key: [keyOf(tile), relu, residual, ...inHalves].join(" "),
    code: () => ofX(tile, relu, reads, writes, inHalves),
    halves: bindingsOf([...reads, ...writes], inHalves),
    uniforms: splitUniforms(split),
    grid: [tile.groups, split.splits],
  };
  return { partsShape, ofParts, finish, apply };
}

function gradient(relu: boolean, read: (place: string) => string): string {
  return relu ? `select(${read("dy[at]")}, Vector(), ${read("y[at]")} <= Vector())` : read("dy[at]");
}

function ofX(
  tile: ColumnTile,
  relu: boolean,
  reads: readonly string[],
  writes: readonly string[],
  inHalves: readonly string[],
): string {
  const { read, write } = accessTo(inHalves);
  return /* wgsl */ `
${columnHead(tile, { reads, writes, inHalves })}
${columnMain}
  if (column >= COLUMNS) { return; }
  let mean = factors[column];
  let slope = factors[COLUMNS + column];
  let meanGradient = factors[2u * COLUMNS + column];
  let along = factors[3u * COLUMNS + column];
  for (var row = first; row < end; row += DOWN) {
    let at = row * COLUMNS + column;
    let g = ${gradient(relu, read)};
    ${write("dx[at]", `slope * (g - meanGradient - (${read("x[at]")} - mean) * along)`)}
    ${writes.includes("dSum") ? write("dSum[at]", "g") : ""}
  }
}
`;
}
