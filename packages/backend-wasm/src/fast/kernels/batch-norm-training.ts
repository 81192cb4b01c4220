import type { BatchNormAttributes } from "@contrastive/ops";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { bytes } from "../bytes.js";
import { fastKernel } from "../fast-kernel.js";
import { rowsOf } from "./rows.js";

/** Values of x in a task: they stay in the cache from the first pass over them to the second. */
const VALUES = 2 ** 15;

/** How batch normalisation cuts `[rows, channels]` into tasks. */
export function tasksOf(x: TensorInfo) {
  const { columns: channels, ...cut } = rowsOf(x, VALUES);
  return { channels, ...cut };
}

/** Kernel `BatchNormTraining` of @contrastive/ops. */
export const batchNormTraining = fastKernel<"x" | "scale" | "offset" | "residual", BatchNormAttributes>(
  "BatchNormTraining",
  ({ inputs: { x, scale, offset, residual }, attrs: { epsilon, relu, residual: adds }, runtime }) => {
    const { tasks, ...cut } = tasksOf(x);
    const y = runtime.output(x.shape);
    const mean = runtime.output([cut.channels]);
    const variance = runtime.output([cut.channels]);
    const { partial } = runtime.workspace({ partial: bytes(tasks, 2, cut.channels) });
    const [atX, atMean, atVariance] = [x, mean, variance].map(runtime.addressOf);
    runtime.run("batchNormStatistics", tasks, { ...cut, x: atX, partial });
    runtime.run("batchNormMoments", 1, { ...cut, partial, mean: atMean, variance: atVariance });
    runtime.run(
      "batchNormApply",
      tasks,
      {
        ...cut,
        x: atX,
        mean: atMean,
        variance: atVariance,
        scale: runtime.addressOf(scale),
        offset: runtime.addressOf(offset),
        epsilon,
        residual: adds ? runtime.addressOf(residual) : 0,
        relu: relu ? 1 : 0,
        y: runtime.addressOf(y),
      },
      bytes(cut.channels),
    );
    return [y, mean, variance];
  },
);
