import type { ContrastiveLossKernelAttributes, ContrastiveLossStatistics } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { FACTORS, factorsDispatch } from "../shaders/contrastive/factors.js";
import { gradientOf, type GradientSide, isDirect } from "../shaders/contrastive/gradient.js";
import { sumSplits } from "../shaders/sum-splits.js";
import { type ContrastiveInputs, contrastiveProblem } from "./contrastive-problem.js";
import { kernel } from "./kernel.js";

type Statistics = Readonly<Record<keyof ContrastiveLossStatistics | "dPerAnchor", tf.Tensor>>;

/** Kernel `ContrastiveLossGrad` of @contrastive/ops. */
export const contrastiveLossGrad = kernel<
  keyof ContrastiveInputs | keyof Statistics,
  ContrastiveLossKernelAttributes
>("ContrastiveLossGrad", ({ inputs, attrs, runner }) => {
  const shapes = [inputs.anchors.shape, ...(attrs.oneSet ? [] : [inputs.contrasts.shape])];
  if (inputs.anchors.size === 0 || inputs.contrasts.size === 0) return shapes.map((shape) => tf.zeros(shape));
  const problem = contrastiveProblem(runner, inputs, attrs);
  const { loss, sizes } = problem;
  const { positiveCount, maximum, logDenominator, logPositives, denominatorWeight, dPerAnchor } = inputs;
  const plain = [positiveCount, maximum, logDenominator, dPerAnchor];
  const direct = isDirect(loss, attrs.oneSet ? "both" : "anchors");
  const factors = direct ? undefined : runner.output([sizes.anchors, FACTORS]);
  if (factors !== undefined) {
    runner.run(factorsDispatch(loss, sizes), [...plain, logPositives, denominatorWeight, factors]);
  }
  const ofAnchors = factors === undefined ? plain : [factors];
  const outputs = shapes.map((shape) => runner.output(shape));

  const differentiate = (side: GradientSide, gradient: tf.TensorInfo) => {
    const { dispatch, splits } = gradientOf(loss, sizes, side);
    const reads = [...problem.facing(side), ...ofAnchors];
    if (splits === 1) {
      runner.run(dispatch, [...reads, gradient]);
      return;
    }
    const partial = runner.output([splits, ...gradient.shape]);
    runner.run(dispatch, [...reads, partial]);
    runner.run(sumSplits(tf.util.sizeFromShape(gradient.shape), splits), [partial, gradient]);
    runner.free(partial);
  };
  const [dAnchors, dContrasts] = outputs;
  if (attrs.oneSet) {
    // Both gradients are of one tensor, and their sum takes half of the work.
    differentiate("both", dAnchors);
  } else {
    differentiate("anchors", dAnchors);
    differentiate("contrasts", dContrasts);
  }
  if (factors !== undefined) runner.free(factors);
  problem.free();
  return outputs;
});
