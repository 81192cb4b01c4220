import { seededValues } from "../seeded-weights.js";

/** Batch normalisation and its gradients in float64, with what both compiled kernels of it are tested on. */
export const epsilon = 1e-5;
export const momentum = 0.3;

/** Shapes whose channels lie around the width of a vector and of a workgroup, and whose rows are one task or several. */
export const shapes = [
  [1, 1],
  [7, 3],
  [3, 5],
  [33, 4],
  [4, 3, 5, 1],
  [2, 3, 3, 6],
  [8, 17, 16, 64],
  [3, 40, 41, 13],
  [130, 515],
  [5, 68],
];

export const ends = [
  { relu: false, adds: false },
  { relu: true, adds: false },
  { relu: false, adds: true },
  { relu: true, adds: true },
];

export type Values = Readonly<Record<"x" | "scale" | "offset" | "residual" | "dy", Float32Array>> & {
  /** Absent where there are none. */
  readonly runningMean?: Float32Array;
  readonly runningVariance?: Float32Array;
};

/** Values for a case; running statistics where there is a relu and more than one row, of which there is a variance. */
export function valuesOf(shape: readonly number[], { relu }: { readonly relu: boolean }): Values {
  const size = shape.reduce((a, b) => a * b);
  const channels = shape[shape.length - 1];
  return {
    // Off zero, where a variance by E[x²] − E[x]² would lose digits.
    x: seededValues("x", size).map((u) => u + 5),
    scale: seededValues("scale", channels).map((u) => u + 0.1),
    offset: seededValues("offset", channels),
    residual: seededValues("residual", size),
    dy: seededValues("dy", size),
    ...(relu &&
      size > channels && {
        runningMean: seededValues("running mean", channels),
        runningVariance: seededValues("running variance", channels).map((u) => u + 1),
      }),
  };
}

export function inLoops(
  { x, scale, offset, residual, dy, runningMean, runningVariance }: Values,
  channels: number,
  relu: boolean,
  adds: boolean,
): Record<string, Float64Array> {
  const rows = x.length / channels;
  const [mean, variance, dScale, dOffset] = Array.from({ length: 4 }, () => new Float64Array(channels));
  x.forEach((value, i) => (mean[i % channels] += value / rows));
  x.forEach((value, i) => (variance[i % channels] += (value - mean[i % channels]) ** 2 / rows));
  const normal = Float64Array.from(x, (value, i) => {
    const c = i % channels;
    return (value - mean[c]) / Math.sqrt(variance[c] + epsilon);
  });
  const sum = normal.map(
    (value, i) => value * scale[i % channels] + offset[i % channels] + (adds ? residual[i] : 0),
  );
  // Where the relu's argument is within rounding of zero, either side is right.
  dy.forEach((_, i) => relu && Math.abs(sum[i]) < 1e-4 && (dy[i] = 0));
  const g = sum.map((value, i) => (relu && value <= 0 ? 0 : dy[i]));
  g.forEach((value, i) => {
    dScale[i % channels] += value * normal[i];
    dOffset[i % channels] += value;
  });
  const dx = g.map((value, i) => {
    const c = i % channels;
    const inner = value - dOffset[c] / rows - (normal[i] * dScale[c]) / rows;
    return (scale[c] / Math.sqrt(variance[c] + epsilon)) * inner;
  });
  const y = relu ? sum.map((value) => Math.max(0, value)) : sum;
  return {
    y,
    inference: y,
    mean,
    variance,
    dx,
    dScale,
    dOffset,
    dResidual: g,
    ...(runningMean && { runningMean: towards(runningMean, mean) }),
    ...(runningVariance && {
      // The unbiased one.
      runningVariance: towards(
        runningVariance,
        variance.map((value) => (value * rows) / (rows - 1)),
      ),
    }),
  };
}

function towards(old: Float32Array, to: Float64Array): Float64Array {
  return to.map((value, i) => (1 - momentum) * old[i] + momentum * value);
}
