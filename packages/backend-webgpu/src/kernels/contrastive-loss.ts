import type { ContrastiveLossKernelAttributes } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { forwardOf } from "../shaders/contrastive/forward.js";
import { mergeOf } from "../shaders/contrastive/merge.js";
import { mergeRatiosOf, ratiosOf } from "../shaders/contrastive/ratios.js";
import { SUMS } from "../shaders/contrastive/sums.js";
import { type ContrastiveInputs, contrastiveProblem } from "./contrastive-problem.js";
import { kernel } from "./kernel.js";

/** Kernel `ContrastiveLoss` of @contrastive/ops. */
export const contrastiveLoss = kernel<keyof ContrastiveInputs, ContrastiveLossKernelAttributes>(
  "ContrastiveLoss",
  ({ inputs, attrs, runner }) => {
    const problem = contrastiveProblem(runner, inputs, attrs);
    const { loss, sizes } = problem;
    const { anchors } = sizes;
    if (anchors === 0 || sizes.contrasts === 0) return Array.from({ length: 7 }, () => tf.zeros([anchors]));
    const outputs = Array.from({ length: 7 }, () => runner.output([anchors]));
    const [perAnchor, positiveCount, positiveSimilarity, ...statistics] = outputs;
    const [maximum, logDenominator, logPositives, denominatorWeight] = statistics;
    const first = [positiveCount, positiveSimilarity, maximum, logDenominator];
    const last = [perAnchor, logPositives, denominatorWeight];
    const sides = problem.facing("anchors");

    const forward = forwardOf(loss, sizes);
    const sums = runner.output([forward.splits, anchors, SUMS]);
    runner.run(forward.dispatch, [...sides, sums]);
    const merge = mergeOf(loss, sizes, forward.splits);
    if (loss.denominator !== "one-positive") {
      runner.run(merge, [sums, ...first, ...last]);
      runner.free(sums);
    } else {
      const states = runner.output([anchors, 4]);
      runner.run(merge, [sums, ...first, states]);
      const ratios = ratiosOf(loss, sizes);
      const partial = runner.output([ratios.splits, anchors, 2]);
      runner.run(ratios.dispatch, [...sides, states, partial]);
      runner.run(mergeRatiosOf(loss, sizes, ratios.splits), [partial, states, ...last]);
      runner.free(sums, states, partial);
    }
    problem.free();
    return outputs;
  },
);
