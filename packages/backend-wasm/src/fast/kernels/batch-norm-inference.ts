import type { BatchNormAttributes } from "@contrastive/ops";
import { bytes } from "../bytes.js";
import { fastKernel } from "../fast-kernel.js";
import { tasksOf } from "./batch-norm-training.js";

type Input = "x" | "scale" | "offset" | "mean" | "variance" | "residual";

/** Kernel `BatchNormInference` of @contrastive/ops. */
export const batchNormInference = fastKernel<Input, BatchNormAttributes>(
  "BatchNormInference",
  ({ inputs, attrs: { epsilon, relu, residual }, runtime }) => {
    const { x, scale, offset, mean, variance } = inputs;
    const { tasks, ...cut } = tasksOf(x);
    const y = runtime.output(x.shape);
    runtime.run(
      "batchNormApply",
      tasks,
      {
        ...cut,
        x: runtime.addressOf(x),
        mean: runtime.addressOf(mean),
        variance: runtime.addressOf(variance),
        scale: runtime.addressOf(scale),
        offset: runtime.addressOf(offset),
        epsilon,
        residual: residual ? runtime.addressOf(inputs.residual) : 0,
        relu: relu ? 1 : 0,
        y: runtime.addressOf(y),
      },
      bytes(cut.channels),
    );
    return y;
  },
);
