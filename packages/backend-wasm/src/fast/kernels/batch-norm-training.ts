import type { BatchNormTrainingAttributes, BatchNormTrainingInputs } from "@contrastive/ops";
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
export const batchNormTraining = fastKernel<keyof BatchNormTrainingInputs, BatchNormTrainingAttributes>(
  "BatchNormTraining",
  ({ inputs, attrs: { epsilon, relu, residual: adds, momentum }, runtime }) => {
    const { x, scale, offset, residual, runningMean, runningVariance } = inputs;
    const { tasks, ...cut } = tasksOf(x);
    const y = runtime.output(x.shape);
    const mean = runtime.output([cut.channels]);
    const variance = runtime.output([cut.channels]);
    const moved = momentum === undefined ? [] : [0, 1].map(() => runtime.output([cut.channels]));
    const { partial } = runtime.workspace({ partial: bytes(tasks, 2, cut.channels) });
    const [atX, atMean, atVariance] = [x, mean, variance].map(runtime.addressOf);
    runtime.run("batchNormStatistics", tasks, { ...cut, x: atX, partial });
    const [newMean, newVariance] = moved.map(runtime.addressOf);
    const running =
      momentum === undefined
        ? { momentum: 0, runningMean: 0, runningVariance: 0, newMean: 0, newVariance: 0 }
        : {
            momentum,
            runningMean: runtime.addressOf(runningMean),
            runningVariance: runtime.addressOf(runningVariance),
            newMean,
            newVariance,
          };
    runtime.run("batchNormMoments", 1, { ...cut, partial, mean: atMean, variance: atVariance, ...running });
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
    return [y, mean, variance, ...moved];
  },
);
