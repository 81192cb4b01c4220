import type { ContrastiveLossKernelAttributes } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import type { Runner } from "../runner/runner.js";
import { limitsOf } from "../shaders/contrastive/limits.js";
import type { LossCode, LossSizes } from "../shaders/contrastive/loss.js";

export type ContrastiveInputs = Readonly<
  Record<
    | "anchors"
    | "contrasts"
    | "anchorIds"
    | "contrastIds"
    | "anchorSamples"
    | "contrastSamples"
    | "anchorLabels"
    | "contrastLabels",
    tf.Tensor
  >
>;

/** A call of the loss or its gradient, as the shaders take it. */
export interface ContrastiveProblem {
  readonly loss: LossCode;
  readonly sizes: LossSizes;
  /** What a shader reads of both sides, the named one its own; of one set, `both`. */
  facing(own: "anchors" | "contrasts" | "both"): readonly tf.TensorInfo[];
  /** Frees what `facing` may have made. */
  free(): void;
}

/** Records, where positives are capped, the dispatch that finds out where. */
export function contrastiveProblem(
  runner: Runner,
  inputs: ContrastiveInputs,
  attrs: ContrastiveLossKernelAttributes,
): ContrastiveProblem {
  const [anchors, dim] = inputs.anchors.shape;
  const [contrasts] = inputs.contrasts.shape;
  const sizes = { anchors, contrasts, dim: Math.max(1, dim!), temperature: attrs.temperature };
  const capped = attrs.positivesCap >= 0;
  const made: tf.TensorInfo[] = [];
  const [x, y] = [inputs.anchors, inputs.contrasts].map((rows) => {
    if (rows.size > 0) return rows;
    // Rows without dimensions have the products of zeros.
    const zeros = tf.zeros([rows.shape[0], 1]);
    made.push(zeros);
    return zeros;
  });
  let marks: tf.TensorInfo | undefined;
  if (capped && anchors > 0 && contrasts > 0) {
    marks = runner.output([anchors + contrasts, 4], "int32");
    made.push(marks);
    const { anchorIds, contrastIds, anchorSamples, contrastSamples, anchorLabels, contrastLabels } = inputs;
    runner.run(limitsOf(sizes, attrs.positivesCap), [
      anchorIds,
      contrastIds,
      anchorSamples,
      contrastSamples,
      anchorLabels,
      contrastLabels,
      marks,
    ]);
  }
  const ofAnchors = [inputs.anchorIds, inputs.anchorLabels];
  const ofContrasts = [inputs.contrastIds, inputs.contrastLabels];
  return {
    loss: {
      vectors: sizes.dim % 4 === 0,
      summation: attrs.summation,
      denominator: attrs.denominator,
      capped,
    },
    sizes,
    facing(own) {
      const rows = { anchors: [x, y], contrasts: [y, x], both: [x] }[own];
      if (marks !== undefined) return [...rows, marks];
      const marksOf = {
        anchors: [...ofAnchors, ...ofContrasts],
        contrasts: [...ofContrasts, ...ofAnchors],
        both: ofAnchors,
      };
      return [...rows, ...marksOf[own]];
    },
    free() {
      for (const tensor of made) {
        if (tensor instanceof tf.Tensor) tensor.dispose();
        else runner.free(tensor);
      }
    },
  };
}
