import type { LayerNormAttributes } from "@contrastive/ops";
import { fastKernel } from "../fast-kernel.js";
import { rowsOf } from "./rows.js";

/** Kernel `LayerNorm` of @contrastive/ops. */
export const layerNorm = fastKernel<"x" | "scale" | "offset", LayerNormAttributes>(
  "LayerNorm",
  ({ inputs: { x, scale, offset }, attrs: { epsilon }, runtime }) => {
    const { rows, columns: features, rowsPerTask, tasks } = rowsOf(x);
    const outputs = [runtime.output(x.shape), runtime.output([rows]), runtime.output([rows])];
    const [y, means, inverses] = outputs.map(runtime.addressOf);
    runtime.run("layerNorm", tasks, {
      rows,
      features,
      rowsPerTask,
      x: runtime.addressOf(x),
      scale: runtime.addressOf(scale),
      offset: runtime.addressOf(offset),
      epsilon,
      y,
      means,
      inverses,
    });
    return outputs;
  },
);
