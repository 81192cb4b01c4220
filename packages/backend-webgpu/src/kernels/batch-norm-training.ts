import type { BatchNormTrainingAttributes, BatchNormTrainingInputs } from "@contrastive/ops";
import { columnTile } from "../shaders/column-tile.js";
import { progression } from "../shaders/progression.js";
import { moments } from "../shaders/moments.js";
import { normalizeColumns } from "../shaders/normalize-columns.js";
import { isFloat, kernel, namesInHalves } from "./kernel.js";

export const batchNormTraining = kernel<keyof BatchNormTrainingInputs, BatchNormTrainingAttributes>(
  "BatchNormTraining",
  ({ inputs: { x, scale, offset, residual, runningMean, runningVariance }, attrs, runner, stock }) => {
    if (!isFloat(x, scale, offset, residual, runningMean, runningVariance)) return stock();
    const running = attrs.momentum === undefined ? [] : [runningMean, runningVariance];
    const y = runner.activation(x.shape);
    const statistics = ["mean", "variance", ...running].map(() => runner.output(scale.shape));
    const [mean, variance] = statistics;
    const outputs = [y, ...statistics];
    if (scale.size === 0) return outputs;
    if (x.size === 0) {
      // The mean of nothing.
      const nothing = progression("float32", scale.size, { start: Number.NaN, step: 0 });
      for (const statistic of statistics) runner.run(nothing, [statistic]);
      return outputs;
    }
    const tile = columnTile(scale.size);
    const rows = x.size / scale.size;
    const { partRows, ofParts, merge } = moments(tile, rows, {
      momentum: attrs.momentum,
      inHalves: namesInHalves(runner, { x }),
    });
    const parts = runner.output([partRows, scale.size]);
    runner.run(ofParts, [x, parts]);
    runner.run(merge, [parts, ...running, ...statistics]);
    runner.free(parts);
    const normalize = normalizeColumns(tile, rows, attrs, namesInHalves(runner, { x, residual, y }));
    runner.run(normalize, [x, mean, variance, scale, offset, ...(residual ? [residual] : []), y]);
    return outputs;
  },
  ["x", "residual"],
);
