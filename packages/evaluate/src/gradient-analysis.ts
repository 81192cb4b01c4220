import { createRng, parseOptions } from "@contrastive/core";
import * as z from "zod";
import { breather } from "./breathe.js";
import { checkFeatures } from "./check.js";
import type { Features } from "./features.js";
import { binByHardness, type HardnessBin } from "./hardness-bins.js";
import { pairWeights } from "./pair-weights.js";

export interface GradientAnalysisOptions {
  /** τ > 0. Default 0.1, as `supCon`. */
  readonly temperature?: number;
  /** The loss: L_out, `"outside"`, the default, or L_in, `"inside"`. */
  readonly summation?: "outside" | "inside";
  /** How many bins of equal width cosines are summed in. Default 20. */
  readonly bins?: number;
  /** At most this many rows, drawn at random: what an anchor's gradient is made of is a batch. Default 1024. */
  readonly limit?: number;
  /** Of the draw. Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** All pairs of an anchor and a contrast, in columns; rows are those of the batch. */
export interface GradientPairs {
  readonly anchors: Uint32Array;
  readonly contrasts: Uint32Array;
  /** 1 for a pair of one class, else 0. */
  readonly positive: Uint8Array;
  /** Hardness: a positive is the harder the smaller it is, a negative the harder the larger. */
  readonly cosines: Float64Array;
  /** (P_ij − X_ij) · ‖z_j − (z_i·z_j) z_i‖: below 0 where descent turns the anchor towards the contrast. */
  readonly contributions: Float64Array;
}

export interface GradientAnalysis {
  /** Which rows of the features make the batch, ascending. */
  readonly indices: Uint32Array;
  readonly pairs: GradientPairs;
  readonly bins: readonly HardnessBin[];
  /** `[rows, dim]`: ∂L_i/∂w_i, the sum of what the pairs contribute, for each anchor's own loss; 0 for one without. */
  readonly gradient: Float64Array;
}

const schema = z.strictObject({
  temperature: z.number().positive().default(0.1),
  summation: z.enum(["outside", "inside"]).default("outside"),
  bins: z.int().min(1).default(20),
  limit: z.int().min(2).default(1024),
  seed: z.int().nonnegative().default(0),
});

/**
 * What each positive and each negative contributes to the gradient of the supervised contrastive loss, against how
 * hard it is.
 *
 * Features are embeddings w before they are scaled to length 1, one a view, with labels; without classes, the sample's
 * number is its label. For each anchor i with a positive, in float64:
 *
 *     ∂L_i/∂w_i = 1/(τ‖w_i‖) { Σ_{p∈P(i)} (z_p − (z_i·z_p) z_i)(P_ip − X_ip) + Σ_{n∈N(i)} (z_n − (z_i·z_n) z_i) P_in }
 *
 * Easy pairs, whose z_i·z_j is near 1 or −1, contribute little since ‖z_j − (z_i·z_j) z_i‖ = √(1 − (z_i·z_j)²).
 * Anchors without a positive, and rows of zeros as anchors, are left out.
 *
 * Throws a `ContrastiveError` if features are not finite or an option is wrong.
 * Source: Khosla et al. 2020, "Supervised Contrastive Learning", arXiv 2004.11362, section 3.2.3 and the derivation of
 * the gradient in its supplement.
 */
export async function gradientAnalysis(
  features: Features,
  { signal, ...given }: GradientAnalysisOptions = {},
): Promise<GradientAnalysis> {
  const options = parseOptions("evaluation", "gradientAnalysis", schema, given);
  checkFeatures("gradientAnalysis", "the", features);
  const { dim } = features;
  const rng = createRng(options.seed).fork("gradient-analysis");
  const indices = rng.permutation(features.size).slice(0, options.limit).sort();
  const labels = Int32Array.from(indices, (index) => features.labels[index]);
  const { units, norms } = directions(features, indices);
  const rows = indices.length;

  const anchors = anchorsOf(labels, norms);
  const pairs = emptyPairs(anchors.length * (rows - 1));
  const gradient = new Float64Array(rows * dim);
  const pause = breather(signal);
  let at = 0;
  for (const i of anchors) {
    await pause();
    const cosines = productsWith(units, i, dim);
    const weights = pairWeights(cosines, labels, i, options);
    let along = 0;
    for (let j = 0; j < rows; j++) {
      if (j === i) continue;
      pairs.anchors[at] = i;
      pairs.contrasts[at] = j;
      pairs.positive[at] = labels[j] === labels[i] ? 1 : 0;
      pairs.cosines[at] = cosines[j];
      // A contrast of zeros has no direction to turn to.
      const sine = norms[j] === 0 ? 0 : Math.sqrt(Math.max(0, 1 - cosines[j] ** 2));
      pairs.contributions[at++] = weights[j] * sine;
      for (let k = 0; k < dim; k++) gradient[i * dim + k] += weights[j] * units[j * dim + k];
      along += weights[j] * cosines[j];
    }
    for (let k = 0; k < dim; k++) {
      gradient[i * dim + k] -= along * units[i * dim + k];
      gradient[i * dim + k] /= options.temperature * norms[i];
    }
  }
  return { indices, pairs, bins: binByHardness(pairs, options.bins), gradient };
}

/** z and ‖w‖ of the rows; a row of zeros stays. */
function directions(
  { values, dim }: Features,
  indices: Uint32Array,
): { units: Float64Array; norms: Float64Array } {
  const units = Float64Array.from(
    { length: indices.length * dim },
    (_, at) => values[indices[Math.floor(at / dim)] * dim + (at % dim)],
  );
  const norms = Float64Array.from(indices, (_, row) =>
    Math.hypot(...units.subarray(row * dim, (row + 1) * dim)),
  );
  return { units: units.map((v, at) => v / (norms[Math.floor(at / dim)] || 1)), norms };
}

/** Rows that have a direction and a positive. */
function anchorsOf(labels: Int32Array, norms: Float64Array): readonly number[] {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...labels.keys()].filter((i) => norms[i] > 0 && counts.get(labels[i])! > 1);
}

function productsWith(units: Float64Array, row: number, dim: number): Float64Array {
  return Float64Array.from({ length: units.length / dim }, (_, j) => {
    let product = 0;
    for (let k = 0; k < dim; k++) product += units[row * dim + k] * units[j * dim + k];
    return product;
  });
}

function emptyPairs(size: number): GradientPairs {
  return {
    anchors: new Uint32Array(size),
    contrasts: new Uint32Array(size),
    positive: new Uint8Array(size),
    cosines: new Float64Array(size),
    contributions: new Float64Array(size),
  };
}
