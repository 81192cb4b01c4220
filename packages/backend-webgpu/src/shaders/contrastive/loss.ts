/** What the code of the shaders depends on. */
export interface LossCode {
  /** Whether rows are read as vectors of four values, which their dimension must be a multiple of. */
  readonly vectors: boolean;
  readonly summation: "outside" | "inside";
  readonly denominator: "all" | "one-positive" | "only-negatives";
  /** Whether positives are capped; marks are then those of `limitsOf`. */
  readonly capped: boolean;
}

/** What varies from call to call. */
export interface LossSizes {
  readonly anchors: number;
  readonly contrasts: number;
  /** Of a row, at least 1. */
  readonly dim: number;
  readonly temperature: number;
}

export function keyOf({ vectors, summation, denominator, capped }: LossCode): string {
  return [vectors ? "vectors" : "scalars", summation, denominator, ...(capped ? ["capped"] : [])].join();
}

/** Stands for minus infinity, and stays finite. */
export const LOW = "-1e30f";

/** For denominators of one positive: logarithm and complement of a ratio e^s / (e^s + Σ_N), of y = s − log Σ_N. */
export const ratioCode = `
fn logRatio(y: vec4f) -> vec4f {
  let e = exp(-abs(y));
  // log(1 + e) loses a small e.
  let series = e * (1 - e * (0.5 - e * (1.0 / 3 - e * 0.25)));
  // Unlike a minimum, a selection keeps what is not a number.
  return select(y, vec4f(), y > vec4f()) - select(log(1 + e), series, e < vec4f(0.03));
}

fn remainder(y: vec4f) -> vec4f {
  // The exponential of more is no number in float32.
  return 1 / (1 + exp(select(y, vec4f(80), y > vec4f(80))));
}`;
