import type * as tf from "@tensorflow/tfjs-core";
import { fastKernel } from "../fast-kernel.js";

/** Kernel `LinearCombination` of @contrastive/optimize: a · x + b · y of each pair of inputs `x0, y0, x1, y1, …`. */
export const linearCombination = fastKernel<string, { a: number; b: number }>(
  "LinearCombination",
  ({ inputs, attrs: { a: aFactor, b: bFactor }, runtime }) =>
    Array.from({ length: Object.keys(inputs).length / 2 }, (_, i): tf.TensorInfo => {
      const [x, y] = [inputs[`x${i}`], inputs[`y${i}`]];
      const out = runtime.output(x.shape);
      const [a, b, to] = [x, y, out].map(runtime.addressOf);
      const tasks = Math.ceil(x.size / runtime.layout.chunk);
      runtime.run("combine", tasks, { count: x.size, a, aFactor, b, bFactor, out: to });
      return out;
    }),
);
