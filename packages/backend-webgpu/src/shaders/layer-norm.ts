import { columnSums } from "./column-sums.js";
import { columnTile } from "./column-tile.js";
import type { Dispatch } from "./dispatch.js";
import { each, eachWritten, rowShader } from "./row-tile.js";

/** `x`, `scale`, `offset` → `y`, `mean`, `inverseDeviation`, the last two `[rows]`. */
export function layerNorm(rows: number, features: number, epsilon: number): Dispatch {
  return rowShader({
    name: "layer-norm",
    rows,
    features,
    epsilon,
    reads: { x: "Vector", scales: "Vector", offsets: "Vector" },
    writes: { y: "Vector", means: "f32", inverseDeviations: "f32" },
    // Two passes: E[x²] − E[x]² cancels where the mean is large beside the deviation.
    body: /* wgsl */ `
  var sum = Vector();
  ${each("sum += x[at];")}
  let mean = sumOfRow(sum, thread) / FEATURES;
  var squares = Vector();
  ${each("let centered = x[at] - mean; squares += centered * centered;")}
  let variance = sumOfRow(squares, thread) / FEATURES;
  let inverseDeviation = inverseSqrt(variance + sizes.epsilon);
  ${eachWritten("y[at] = (x[at] - mean) * inverseDeviation * scales[i] + offsets[i];")}
  if (lane == 0u && isInside) {
    means[row] = mean;
    inverseDeviations[row] = inverseDeviation;
  }`,
  });
}

/**
 * `dy`, `x`, `scale`, `mean`, `inverseDeviation` → `dx`:
 * dx = (g − mean(g) − x̂ · mean(g·x̂)) / σ, where g = dy · scale.
 */
export function layerNormGradient(rows: number, features: number): Dispatch {
  const terms = /* wgsl */ `
    let g = dy[at] * scales[i];
    let normal = (x[at] - mean) * inverseDeviation;`;
  return rowShader({
    name: "layer-norm/gradient",
    rows,
    features,
    reads: { dy: "Vector", x: "Vector", scales: "Vector", means: "f32", inverseDeviations: "f32" },
    writes: { dx: "Vector" },
    body: /* wgsl */ `
  let mean = means[row];
  let inverseDeviation = inverseDeviations[row];
  var sum = Vector();
  var products = Vector();
  ${each(`${terms}
    sum += g;
    products += g * normal;`)}
  let meanGradient = sumOfRow(sum, thread) / FEATURES;
  let along = sumOfRow(products, thread) / FEATURES;
  ${eachWritten(`${terms}
    dx[at] = (g - meanGradient - normal * along) * inverseDeviation;`)}`,
  });
}

/** `dy`, `x`, `mean`, `inverseDeviation` → `parts`, then `parts` → `dScale`, `dOffset`. */
export function layerNormWeightGradients(rows: number, features: number) {
  return columnSums({
    name: "layer-norm/weight-gradients",
    tile: columnTile(features),
    rows,
    reads: ["dy", "x"],
    perRow: ["means", "inverseDeviations"],
    each: "let g = dy[at];",
    terms: ["g * (x[at] - means[row]) * inverseDeviations[row]", "g"],
    finish: {
      reads: [],
      writes: ["dScale", "dOffset"],
      code: "dScale[column] = total0; dOffset[column] = total1;",
    },
  });
}
