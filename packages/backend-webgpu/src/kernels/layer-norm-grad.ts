import type { LayerNormAttributes, LayerNormGradInputs } from "@contrastive/ops";
import { layerNormGradient, layerNormWeightGradients } from "../shaders/layer-norm.js";
import { progression } from "../shaders/progression.js";
import { isFloat, kernel } from "./kernel.js";

export const layerNormGrad = kernel<keyof LayerNormGradInputs, LayerNormAttributes>(
  "LayerNormGrad",
  ({ inputs: { dy, x, scale, mean, inverseDeviation }, runner, stock }) => {
    if (!isFloat(dy, x, scale, mean, inverseDeviation)) return stock();
    const [dx, dScale, dOffset] = [x, scale, scale].map(({ shape }) => runner.output(shape));
    const outputs = [dx, dScale, dOffset];
    if (scale.size === 0) return outputs;
    if (x.size === 0) {
      const zeros = progression("float32", scale.size, { start: 0, step: 0 });
      for (const gradient of [dScale, dOffset]) runner.run(zeros, [gradient]);
      return outputs;
    }
    const rows = x.size / scale.size;
    runner.run(layerNormGradient(rows, scale.size), [dy, x, scale, mean, inverseDeviation, dx]);
    const { partsShape, ofParts, finish } = layerNormWeightGradients(rows, scale.size);
    const parts = runner.output(partsShape);
    runner.run(ofParts, [dy, x, mean, inverseDeviation, parts]);
    runner.run(finish, [parts, dScale, dOffset]);
    runner.free(parts);
    return outputs;
  },
);
