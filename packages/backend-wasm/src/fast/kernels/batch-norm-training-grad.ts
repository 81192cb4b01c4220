import type { BatchNormAttributes } from "@contrastive/ops";
import { bytes } from "../bytes.js";
import { fastKernel } from "../fast-kernel.js";
import { tasksOf } from "./batch-norm-training.js";

type Input = "dy" | "x" | "scale" | "mean" | "variance" | "y";

/** Kernel `BatchNormTrainingGrad` of @contrastive/ops. */
export const batchNormTrainingGrad = fastKernel<Input, BatchNormAttributes>(
  "BatchNormTrainingGrad",
  ({ inputs: { dy, x, scale, mean, variance, y }, attrs: { epsilon, relu, residual }, runtime }) => {
    const { tasks, ...cut } = tasksOf(x);
    const dx = runtime.output(x.shape);
    const dScale = runtime.output([cut.channels]);
    const dOffset = runtime.output([cut.channels]);
    const dSum = relu && residual ? runtime.output(x.shape) : undefined;
    const { partial, coefficients } = runtime.workspace({
      partial: bytes(tasks, 2, cut.channels),
      coefficients: bytes(3, cut.channels),
    });
    const [atX, atDy, atMean] = [x, dy, mean].map(runtime.addressOf);
    const atY = relu ? runtime.addressOf(y) : 0;
    const atSum = dSum === undefined ? 0 : runtime.addressOf(dSum);
    runtime.run("batchNormGradientSums", tasks, {
      ...cut,
      x: atX,
      dy: atDy,
      y: atY,
      mean: atMean,
      partial,
      dSum: atSum,
    });
    runtime.run("batchNormGradientTotals", 1, {
      ...cut,
      partial,
      variance: runtime.addressOf(variance),
      scale: runtime.addressOf(scale),
      epsilon,
      dScale: runtime.addressOf(dScale),
      dOffset: runtime.addressOf(dOffset),
      coefficients,
    });
    // Where the gradient behind the relu was stored, there is no need to cut it again.
    const g = dSum === undefined ? { dy: atDy, y: atY } : { dy: atSum, y: 0 };
    const args = { ...cut, x: atX, ...g, mean: atMean, coefficients, dx: runtime.addressOf(dx) };
    runtime.run("batchNormGradientInput", tasks, args);
    return dSum === undefined ? [dx, dScale, dOffset] : [dx, dScale, dOffset, dSum];
  },
);
