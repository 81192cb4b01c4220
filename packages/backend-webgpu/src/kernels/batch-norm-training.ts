import type { BatchNormAttributes, BatchNormTrainingInputs } from "@contrastive/ops";
import { columnTile } from "../shaders/column-tile.js";
import { progression } from "../shaders/progression.js";
import { moments } from "../shaders/moments.js";
import { normalizeColumns } from "../shaders/normalize-columns.js";
import { isFloat, kernel } from "./kernel.js";

export const batchNormTraining = kernel<keyof BatchNormTrainingInputs, BatchNormAttributes>(
  "BatchNormTraining",
  ({ inputs: { x, scale, offset, residual }, attrs, runner, stock }) => {
    if (!isFloat(x, scale, offset, residual)) return stock();
    const y = runner.output(x.shape);
    const [mean, variance] = [runner.output(scale.shape), runner.output(scale.shape)];
    const outputs = [y, mean, variance];
    if (scale.size === 0) return outputs;
    if (x.size === 0) {
      // The mean of nothing.
      const nothing = progression("float32", scale.size, { start: Number.NaN, step: 0 });
      for (const statistic of [mean, variance]) runner.run(nothing, [statistic]);
      return outputs;
    }
    const tile = columnTile(scale.size);
    const rows = x.size / scale.size;
    const { splits, ofParts, merge } = moments(tile, rows);
    const parts = runner.output([splits, 2, scale.size]);
    runner.run(ofParts, [x, parts]);
    runner.run(merge, [parts, x, mean, variance]);
    runner.free(parts);
    const normalize = normalizeColumns(tile, rows, attrs);
    runner.run(normalize, [x, mean, variance, scale, offset, ...(residual ? [residual] : []), y]);
    return outputs;
  },
);
