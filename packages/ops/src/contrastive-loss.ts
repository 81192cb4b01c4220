import * as tf from "@tensorflow/tfjs-core";
import { contrastiveBackward } from "./contrastive-loss/backward.js";
import { contrastiveForward } from "./contrastive-loss/forward.js";
import { defineOp } from "./op.js";

/** What is compared with what: `a` anchors, `m` contrasts, `d` dimensions. */
export type ContrastiveLossInputs = {
  /** float32 `[a, d]`. */
  anchors: tf.Tensor2D;
  /** float32 `[m, d]`: everything an anchor is compared with; views of the batch, keys, a queue, a memory bank. */
  contrasts: tf.Tensor2D;
  /** int32 `[a]` and `[m]`. A pair with equal ids is one element, and is left out of everything. */
  anchorIds: tf.Tensor1D;
  contrastIds: tf.Tensor1D;
  /** int32 `[a]` and `[m]`. A positive of the anchor's own sample (another view of it) is exempt from the cap. */
  anchorSamples: tf.Tensor1D;
  contrastSamples: tf.Tensor1D;
  /** int32 `[a]` and `[m]`. What they mean is said by the attribute `positives`. */
  anchorLabels: tf.Tensor1D;
  contrastLabels: tf.Tensor1D;
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
  /** A pair is positive if its labels are equal, and negative otherwise. (Room for weights per pair.) */
  readonly positives: "equal-label";
}

/** What the kernels are given. */
export interface ContrastiveLossKernelAttributes extends ContrastiveLossAttributes {
  /** Whether anchors and contrasts are the same tensors, with the same ids, samples and labels. */
  readonly oneSet: boolean;
}

export type ContrastiveLossOutputs = {
  /** `[a]`: the loss of each anchor, 0 for an anchor without one. The only output with a gradient. */
  readonly perAnchor: tf.Tensor1D;
  /** float32 `[a]`: how many positives the anchor's loss has, after the cap; 0 for an anchor without a loss. */
  readonly positiveCount: tf.Tensor1D;
  /** `[a]`: the mean of a·c over these positives, 0 for an anchor without a loss. */
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
 * Both kernels are told by the attribute `oneSet` that anchors and contrasts are one. Their gradients are then only
 * ever added, and a kernel may split the sum between them as it likes.
 *
 * Throws if the shapes don't fit together.
 */
export function contrastiveLoss(
  inputs: ContrastiveLossInputs,
  attributes: ContrastiveLossAttributes,
): ContrastiveLossOutputs {
  checkShapes(inputs);
  return tf.tidy(() => {
    const outputs = forward(inputs, { ...attributes, oneSet: isOneSet(inputs) });
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

const forward = defineOp<ContrastiveLossInputs, ContrastiveLossKernelAttributes>({
  name: "ContrastiveLoss",
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
      const inputs = Object.fromEntries(INPUTS.map((name, i) => [name, saved[i]])) as ContrastiveLossInputs;
      const [positiveCount, maximum, logDenominator, logPositives, denominatorWeight] = saved.slice(
        INPUTS.length,
      ) as tf.Tensor1D[];
      const [anchors, contrasts] = backward(
        {
          ...inputs,
          positiveCount,
          maximum,
          logDenominator,
          logPositives,
          denominatorWeight,
          dPerAnchor: dPerAnchor as tf.Tensor1D,
        },
        attributes,
      );
      return { anchors, contrasts };
    },
  },
});

/** What the gradient needs besides the inputs; all `[a]`. */
export type ContrastiveLossStatistics = {
  positiveCount: tf.Tensor1D;
  maximum: tf.Tensor1D;
  logDenominator: tf.Tensor1D;
  logPositives: tf.Tensor1D;
  denominatorWeight: tf.Tensor1D;
};

const backward = defineOp<
  ContrastiveLossInputs & ContrastiveLossStatistics & { dPerAnchor: tf.Tensor1D },
  ContrastiveLossKernelAttributes
>({
  name: "ContrastiveLossGrad",
  reference: (inputs, attributes) => {
    const { anchors, contrasts } = contrastiveBackward(inputs, attributes);
    return [anchors, contrasts];
  },
});

function isOneSet(inputs: ContrastiveLossInputs): boolean {
  return (
    // The same objects: two tensors on one storage have gradients of their own.
    inputs.anchors === inputs.contrasts &&
    inputs.anchorIds === inputs.contrastIds &&
    inputs.anchorSamples === inputs.contrastSamples &&
    inputs.anchorLabels === inputs.contrastLabels
  );
}

function checkShapes(inputs: ContrastiveLossInputs): void {
  const [a, d] = inputs.anchors.shape;
  const [m] = inputs.contrasts.shape;
  const expected = [[a, d], [m, d], [a], [m], [a], [m], [a], [m]];
  for (const [i, name] of INPUTS.entries()) {
    const shape: readonly number[] = inputs[name].shape;
    if (String(shape) !== String(expected[i])) {
      throw new Error(`contrastiveLoss: ${name} must have shape [${expected[i]}], got [${shape}]`);
    }
    if (i >= 2 && inputs[name].dtype !== "int32") {
      throw new Error(`contrastiveLoss: ${name} must be int32, got ${inputs[name].dtype}`);
    }
  }
}
