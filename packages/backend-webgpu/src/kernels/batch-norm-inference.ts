import type { BatchNormAttributes } from "@contrastive/ops";
import { columnTile } from "../shaders/column-tile.js";
import { normalizeColumns } from "../shaders/normalize-columns.js";
import { isFloat, kernel, namesInHalves } from "./kernel.js";

export const batchNormInference = kernel<
  "x" | "scale" | "offset" | "mean" | "variance" | "residual",
  BatchNormAttributes
>(
  "BatchNormInference",
  ({ inputs: { x, scale, offset, mean, variance, residual }, attrs, runner, stock }) => {
    if (!isFloat(x, scale, offset, mean, variance, residual)) return stock();
    const y = runner.activation(x.shape);
    if (x.size === 0) return [y];
    const inHalves = namesInHalves(runner, { x, residual, y });
    const normalize = normalizeColumns(columnTile(scale.size), x.size / scale.size, attrs, inHalves);
    runner.run(normalize, [x, mean, variance, scale, offset, ...(residual ? [residual] : []), y]);
    return [y];
  },
  ["x", "residual"],
);
