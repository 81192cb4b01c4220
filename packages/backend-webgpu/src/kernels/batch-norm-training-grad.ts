import type { BatchNormAttributes, BatchNormTrainingGradInputs } from "@contrastive/ops";
import { batchNormGradient } from "../shaders/batch-norm-gradient.js";
import { columnTile } from "../shaders/column-tile.js";
import { progression } from "../shaders/progression.js";
import { isFloat, kernel, namesInHalves } from "./kernel.js";

export const batchNormTrainingGrad = kernel<keyof BatchNormTrainingGradInputs, BatchNormAttributes>(
  "BatchNormTrainingGrad",
  ({ inputs: { dy, x, scale, mean, variance, y }, attrs, runner, stock }) => {
    if (!isFloat(dy, x, scale, mean, variance, y)) return stock();
    const dx = runner.activation(x.shape);
    const [dScale, dOffset] = [runner.output(scale.shape), runner.output(scale.shape)];
    const dSum = attrs.relu && attrs.residual ? [runner.activation(x.shape)] : [];
    const outputs = [dx, dScale, dOffset, ...dSum];
    if (scale.size === 0) return outputs;
    if (x.size === 0) {
      const zeros = progression("float32", scale.size, { start: 0, step: 0 });
      for (const gradient of [dScale, dOffset]) runner.run(zeros, [gradient]);
      return outputs;
    }
    const ofRelu = attrs.relu ? [y] : [];
    const gradient = batchNormGradient(
      columnTile(scale.size),
      x.size / scale.size,
      attrs,
      namesInHalves(runner, { dy, x, y: ofRelu[0], dx, dSum: dSum[0] }),
    );
    const parts = runner.output(gradient.partsShape);
    const factors = runner.output([4, scale.size]);
    runner.run(gradient.ofParts, [dy, x, mean, variance, ...ofRelu, parts]);
    runner.run(gradient.finish, [parts, mean, variance, scale, dScale, dOffset, factors]);
    runner.run(gradient.apply, [dy, x, factors, ...ofRelu, dx, ...dSum]);
    runner.free(parts, factors);
    return outputs;
  },
  ["dy", "x", "y"],
);
