import * as tf from "@tensorflow/tfjs-core";
import { contrastiveBackward } from "./contrastive-loss/backward.js";
import { contrastiveForward } from "./contrastive-loss/forward.js";
import { defineOp } from "./op.js";
import { stopGradient } from "./stop-gradient.js";

/** What is compared with what: `a` anchors, `m` contrasts, `d` dimensions. */
export type ContrastiveLossInputs = {
  /** float32 `[a, d]`. */
  anchors: tf.Tensor2D;
  /** float32 `[m, d]`: everything an anchor is compared with; views of the batch, keys, a queue, a memory bank. */
  contrasts: tf.Tensor2D;
  /**
   * int32 `[a]` and `[m]`. A pair with equal ids is one element, and is left out of everything. So is a contrast whose id
   * is −1, an empty place of a queue; no anchor has that id.
   */
  anchorIds: tf.Tensor1D;
  contrastIds: tf.Tensor1D;
  /** int32 `[a]` and `[m]`. A positive of the anchor's own sample (another view of it) is exempt from the cap. */
  anchorSamples: tf.Tensor1D;
  contrastSamples: tf.Tensor1D;
  /** int32 `[a]` and `[m]`, or float32 `[a, classes]` and `[m, classes]`, as the attribute `positives` says. */
  anchorLabels: tf.Tensor1D | tf.Tensor2D;
  contrastLabels: tf.Tensor1D | tf.Tensor2D;
};

export interface ContrastiveLossAttributes {
  /** A kernel refuses a version that it does not know. */
  readonly version: 1;
  /** τ > 0. */
  readonly temperature: number;
  /** Whether the mean over positives stands outside the logarithm or inside it. */
  readonly summation: "outside" | "inside";
  /** What the denominator of a positive sums over. */
  readonly denominator: "all" | "one-positive" | "only-negatives";
  /**
   * At most this many positives from other samples than the anchor's, the first ones in the order of the
   * contrasts; -1: no cap. A positive that is capped out leaves numerator and denominator, as if it weren't there.
   */
  readonly positivesCap: number;
  /**
   * Which pairs are positive; the others are negative.
   *
   * `"equal-label"`: labels are int32 class indices, and equal. `"overlap"`: labels are float32 rows, 1 for each class that
   * a sample has, and overlap; a positive then weighs y_i·y_p / (|y_i|² + |y_p|² − y_i·y_p), Jaccard's index of the sets of
   * classes.
   */
  readonly positives: "equal-label" | "overlap";
}

/** What the kernels are given. */
export interface ContrastiveLossKernelAttributes extends ContrastiveLossAttributes {
  /** Whether anchors and contrasts are the same tensors, with the same ids, samples and labels. */
  readonly oneSet: boolean;
}

export type ContrastiveLossOutputs = {
  /** `[a]`: the loss of each anchor, 0 for an anchor without one. The only output with a gradient. */
  readonly perAnchor: tf.Tensor1D;
  /** float32 `[a]`: |P_i|, the number of positives after the cap, or the sum of their weights; 0 without a loss. */
  readonly positiveCount: tf.Tensor1D;
  /** `[a]`: the mean of a·c over these positives, weighted as they are; 0 for an anchor without a loss. */
  readonly positiveSimilarity: tf.Tensor1D;
};

/**
 * The contrastive losses of a whole batch, streamed over tiles of anchors: no `[a, m]` matrix is ever held.
 *
 * With s_ij = a_i·c_j / τ, P_i the positives of anchor i after the cap, N_i its negatives and A_i = P_i ∪ N_i:
 *
 *     "outside"  loss_i = −1/|P_i| Σ_{p∈P_i} log(e^{s_ip} / D_ip)           Khosla et al. 2020, eq. 2
 *     "inside"   loss_i = −log(1/|P_i| Σ_{p∈P_i} e^{s_ip} / D_ip)           eq. 3
 *     D_ip = Σ_{j∈A_i} e^{s_ij}  "all"
 *            e^{s_ip} + Σ_{j∈N_i} e^{s_ij}  "one-positive"
 *            Σ_{j∈N_i} e^{s_ij}  "only-negatives"
 *
 * Where positives have weights, |P_i| stands for their sum, and each term of Σ_p is multiplied by its positive's weight.
 *
 * An anchor without positives has no loss; nor has one without negatives under "only-negatives", where D would
 * be 0. Rows need not have unit length. Finite in float32 for τ from 0.005 to 10 on unit length.
 *
 * Kernel `ContrastiveLoss`: inputs and attributes as named above; outputs, all float32 `[a]`, in this order, 0 for
 * an anchor without a loss:
 *
 *     perAnchor, positiveCount, positiveSimilarity   as in ContrastiveLossOutputs
 *     maximum            max_{j∈A_i} a_i·c_j, before division by τ; it never includes the anchor itself
 *     logDenominator     log Σ e^{(a_i·c_j − maximum)/τ} over A_i ("all") or N_i (else); −1e30 where N_i is empty
 *     logPositives       "inside": log Σ_p e^{s_ip} / D_ip; "outside": 0
 *     denominatorWeight  Σ_p q_ip f_ip, see below
 *
 * Kernel `ContrastiveLossGrad`: the same inputs and attributes, the last five outputs but positiveSimilarity
 * (`positiveCount`, `maximum`, `logDenominator`, `logPositives`, `denominatorWeight`), and `dPerAnchor` `[a]`.
 * With r_ip = e^{s_ip} / D_ip, q_ip the weight of a positive, 1/|P_i| ("outside") or r_ip / Σ_p r_ip ("inside"),
 * and f_ip = 1 − r_ip ("one-positive") or 1 (else):
 *
 *     ∂loss_i/∂s_ij = [j∈A_i or N_i, as in logDenominator] softmax_ij denominatorWeight_i − [j∈P_i] q_ij f_ij
 *     g_ij = dPerAnchor_i / τ · ∂loss_i/∂s_ij,   dAnchors = g · contrasts,   dContrasts = gᵀ · anchors
 *
 * Both kernels are told by the attribute `oneSet` that anchors and contrasts are one. `ContrastiveLossGrad` then returns
 * `dAnchors + dContrasts` alone.
 *
 * With `positives: "overlap"` the kernels are named `OverlapContrastiveLoss` and `OverlapContrastiveLossGrad`, and q_ip is
 * multiplied by the positive's weight.
 *
 * Throws if the shapes don't fit together.
 */
export function contrastiveLoss(
  inputs: ContrastiveLossInputs,
  attributes: ContrastiveLossAttributes,
): ContrastiveLossOutputs {
  checkShapes(inputs, attributes);
  return tf.tidy(() => {
    const { forward } = attributes.positives === "overlap" ? overlapping : equalLabels;
    const oneSet = isOneSet(inputs);
    // The gradient of both is that of the anchors.
    const given = oneSet ? { ...inputs, contrasts: stopGradient(inputs.anchors) } : inputs;
    const outputs = forward(given, { ...attributes, oneSet });
    const [perAnchor, positiveCount, positiveSimilarity] = outputs as tf.Tensor1D[];
    return { perAnchor, positiveCount, positiveSimilarity };
  });
}

const INPUTS = [
  "anchors",
  "contrasts",
  "anchorIds",
  "contrastIds",
  "anchorSamples",
  "contrastSamples",
  "anchorLabels",
  "contrastLabels",
] as const;

/** What the gradient needs besides the inputs; all `[a]`. */
export type ContrastiveLossStatistics = {
  positiveCount: tf.Tensor1D;
  maximum: tf.Tensor1D;
  logDenominator: tf.Tensor1D;
  logPositives: tf.Tensor1D;
  denominatorWeight: tf.Tensor1D;
};

/** The operation and its gradient, under a kernel name. */
function defineContrastiveLoss(name: string) {
  const backward = defineOp<
    ContrastiveLossInputs & ContrastiveLossStatistics & { dPerAnchor: tf.Tensor1D },
    ContrastiveLossKernelAttributes
  >({
    name: `${name}Grad`,
    reference: (inputs, attributes) => {
      const { anchors, contrasts } = contrastiveBackward(inputs, attributes);
      return attributes.oneSet ? [tf.add(anchors, contrasts)] : [anchors, contrasts];
    },
  });
  const forward = defineOp<ContrastiveLossInputs, ContrastiveLossKernelAttributes>({
    name,
    reference: (inputs, attributes) => {
      const { perAnchor, positiveCount, positiveSimilarity, ...statistics } = contrastiveForward(
        inputs,
        attributes,
      );
      const { maximum, logDenominator, logPositives, denominatorWeight } = statistics;
      return [
        perAnchor,
        positiveCount,
        positiveSimilarity,
        maximum,
        logDenominator,
        logPositives,
        denominatorWeight,
      ];
    },
    gradient: {
      saveInputs: INPUTS,
      saveOutputs: [false, true, false, true, true, true, true],
      backward: ([dPerAnchor], saved, attributes) => {
        // Saved in the order of the two lists above.
        const inputs = Object.fromEntries(
          INPUTS.map((input, i) => [input, saved[i]]),
        ) as ContrastiveLossInputs;
        const [positiveCount, maximum, logDenominator, logPositives, denominatorWeight] = saved.slice(
          INPUTS.length,
        ) as tf.Tensor1D[];
        const statistics = { positiveCount, maximum, logDenominator, logPositives, denominatorWeight };
        const [anchors, contrasts] = backward(
          { ...inputs, ...statistics, dPerAnchor: dPerAnchor as tf.Tensor1D },
          attributes,
        );
        return { anchors, ...(contrasts && { contrasts }) };
      },
    },
  });
  return { forward };
}

const equalLabels = defineContrastiveLoss("ContrastiveLoss");
const overlapping = defineContrastiveLoss("OverlapContrastiveLoss");

function isOneSet(inputs: ContrastiveLossInputs): boolean {
  return (
    // The same objects: two tensors on one storage have gradients of their own.
    inputs.anchors === inputs.contrasts &&
    inputs.anchorIds === inputs.contrastIds &&
    inputs.anchorSamples === inputs.contrastSamples &&
    inputs.anchorLabels === inputs.contrastLabels
  );
}

function checkShapes(inputs: ContrastiveLossInputs, { positives }: ContrastiveLossAttributes): void {
  const [a, d] = inputs.anchors.shape;
  const [m] = inputs.contrasts.shape;
  const perLabel = positives === "overlap" ? [inputs.anchorLabels.shape[1] ?? 1] : [];
  const expected = [[a, d], [m, d], [a], [m], [a], [m], [a, ...perLabel], [m, ...perLabel]];
  for (const [i, name] of INPUTS.entries()) {
    const shape: readonly number[] = inputs[name].shape;
    if (String(shape) !== String(expected[i])) {
      throw new Error(`contrastiveLoss: ${name} must have shape [${expected[i]}], got [${shape}]`);
    }
    const isFloat = i < 2 || (i >= 6 && positives === "overlap");
    const dtype = isFloat ? "float32" : "int32";
    if (inputs[name].dtype !== dtype) {
      throw new Error(`contrastiveLoss: ${name} must be ${dtype}, got ${inputs[name].dtype}`);
    }
  }
}
