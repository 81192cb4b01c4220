import type { LayerNormAttributes, LayerNormInputs } from "@contrastive/ops";
import { layerNorm as shader } from "../shaders/layer-norm.js";
import { isFloat, kernel } from "./kernel.js";

export const layerNorm = kernel<keyof LayerNormInputs, LayerNormAttributes>(
  "LayerNorm",
  ({ inputs: { x, scale, offset }, attrs: { epsilon }, runner, stock }) => {
    if (!isFloat(x, scale, offset)) return stock();
    const rows = scale.size === 0 ? 0 : x.size / scale.size;
    const outputs = [runner.output(x.shape), runner.output([rows]), runner.output([rows])];
    if (x.size > 0) runner.run(shader(rows, scale.size, epsilon), [x, scale, offset, ...outputs]);
    return outputs;
  },
);
