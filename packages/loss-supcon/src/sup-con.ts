import type { Loss, LossInput } from "@contrastive/core";
import { stopGradient } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { anchorWeights } from "./anchor-weights.js";
import { checkOf } from "./check-labels.js";
import { complaint } from "./complaint.js";
import { contrast, contrastInputs } from "./contrast.js";
import { cheapMetrics, costlyMetrics } from "./measures.js";
import { emptyMemory, remember } from "./memory.js";
import { completeOptions, type CompleteSupConOptions, type SupConOptions } from "./options.js";

/**
 * The supervised contrastive loss of embeddings `[batch, views, dim]` of unit length: views of one class attract each other,
 * all others repel. Labels are int32 `[batch]`, or rows of classes `[batch, classes]`. Without labels each sample is a class
 * of its own.
 *
 * One view is enough, but then a sample's positives are other samples only. With `withoutPositives: "error"`,
 * `checkBatch` throws for a batch in which an anchor would have no loss; `compute`, which can't look at values,
 * gives a loss that is not finite.
 *
 * Metrics: `positivesPerAnchor`, the mean number after the cap; `anchorsWithoutPositives`, the share of anchors
 * without a loss; `positiveCosine`, the mean cosine of an anchor to its positives. With `metrics: "all"` also `alignment`
 * and `uniformity` (arXiv 2005.10242), `hardestNegativeCosine`, the mean over anchors, and `floor`, below which this batch's
 * loss can't fall.
 *
 * Throws for an option that is wrong or unknown, in `init` for class weights of another number than classes, and in `compute`
 * for a cap that is no multiple of the views.
 *
 * Khosla et al. 2020, "Supervised Contrastive Learning", arXiv 2004.11362.
 */
export function supCon(given: SupConOptions = {}): Loss {
  const options = completeOptions(given);
  const { classWeights, memory, on } = options;
  const checkBatch = checkOf(options);
  return {
    name: "supcon",
    options: { ...options },
    source: { module: "@contrastive/loss-supcon", export: "supCon" },
    needs: {
      labels: options.labels,
      views: 1,
      on: [on],
      unitLength: true,
      targets: memory !== "none" && memory.keys === "momentum-encoder",
    },
    ...((memory !== "none" || classWeights !== "none") && {
      init: (_rng, dims, classes) => {
        checkClassWeights(options, classes);
        return { buffers: emptyMemory(options, dims[on], classes) };
      },
    }),
    ...(checkBatch && { checkBatch }),
    compute: (input) => tf.tidy(() => compute(input, options)),
  };
}

function compute(input: LossInput, options: CompleteSupConOptions) {
  const { on, metrics, memory } = options;
  const embeddings = input.embeddings[on];
  if (embeddings === undefined) throw complaint({ what: `compute needs embeddings.${on}` });
  const inputs = contrastInputs(input, embeddings, options);
  const outputs = contrast(inputs, options);
  // A step and not a comparison: it lies between the embeddings and the loss, and a comparison has no gradient.
  const hasLoss = tf.step(outputs.positiveCount);
  const weights = anchorWeights(inputs, options);
  return {
    loss: tf.div<tf.Scalar>(tf.sum(tf.mul(outputs.perAnchor, weights)), divisor(hasLoss, weights, options)),
    ...(memory !== "none" && { buffers: remember(input, options) }),
    metrics: {
      ...cheapMetrics(outputs, hasLoss),
      ...(metrics === "all" && costlyMetrics(inputs, outputs, stopGradient(hasLoss), options)),
    },
  };
}

/** What the weighted sum over anchors is divided by. */
function divisor(
  hasLoss: tf.Tensor,
  weights: tf.Tensor,
  { withoutPositives }: CompleteSupConOptions,
): tf.Tensor {
  const withLoss = tf.sum(tf.mul(hasLoss, weights));
  switch (withoutPositives) {
    case "skip":
      // Nothing to divide without any; weights may add up to less than 1.
      return tf.add(withLoss, tf.sub(1, tf.step(withLoss)));
    case "zero":
      return tf.sum(weights);
    case "error":
      return tf.mul(withLoss, tf.min(hasLoss));
  }
}

function checkClassWeights({ classWeights }: CompleteSupConOptions, classes: number): void {
  if (classWeights === "none" || classWeights.length === classes) return;
  throw complaint({
    what: `classWeights must have ${classes} numbers, one a class`,
    got: classWeights,
  });
}
