import { bytes } from "../bytes.js";
import { fastKernel } from "../fast-kernel.js";
import { rowsOf } from "./rows.js";

type Input = "dy" | "x" | "scale" | "mean" | "inverseDeviation";

/** Kernel `LayerNormGrad` of @contrastive/ops. */
export const layerNormGrad = fastKernel<Input, object>(
  "LayerNormGrad",
  ({ inputs: { dy, x, scale, mean, inverseDeviation }, runtime }) => {
    const { rows, columns: features, rowsPerTask, tasks } = rowsOf(x);
    const outputs = [runtime.output(x.shape), runtime.output([features]), runtime.output([features])];
    const { partial } = runtime.workspace({ partial: bytes(tasks, 2, features) });
    const [dx, dScale, dOffset] = outputs.map(runtime.addressOf);
    runtime.run("layerNormGradient", tasks, {
      rows,
      features,
      rowsPerTask,
      dy: runtime.addressOf(dy),
      x: runtime.addressOf(x),
      scale: runtime.addressOf(scale),
      means: runtime.addressOf(mean),
      inverses: runtime.addressOf(inverseDeviation),
      dx,
      partial,
    });
    runtime.run("layerNormTotals", 1, { count: tasks, features, partial, dScale, dOffset });
    return outputs;
  },
);
