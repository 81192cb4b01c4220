import type * as tf from "@tensorflow/tfjs-core";
import { fastKernel } from "../fast-kernel.js";

/** Values of a task. */
const VALUES = 2 ** 15;

function rowsOf({ shape, size }: tf.Tensor) {
  const dim = shape[shape.length - 1];
  const rows = dim === 0 ? 0 : size / dim;
  const rowsPerTask = Math.max(1, Math.floor(VALUES / dim));
  return { cut: { rows, dim, rowsPerTask }, tasks: Math.ceil(rows / rowsPerTask) };
}

/** Kernel `L2Normalize` of @contrastive/ops. */
export const l2Normalize = fastKernel<"x", object>("L2Normalize", ({ inputs: { x }, runtime }) => {
  const { cut, tasks } = rowsOf(x);
  const out = runtime.output(x.shape);
  const [from, y] = [x, out].map(runtime.addressOf);
  runtime.run("l2Normalize", tasks, { ...cut, x: from, y });
  return out;
});

/** Kernel `L2NormalizeGrad` of @contrastive/ops. */
export const l2NormalizeGrad = fastKernel<"x" | "dy", object>(
  "L2NormalizeGrad",
  ({ inputs: { x, dy }, runtime }) => {
    const { cut, tasks } = rowsOf(x);
    const out = runtime.output(x.shape);
    const [from, gradient, dx] = [x, dy, out].map(runtime.addressOf);
    runtime.run("l2NormalizeGradient", tasks, { ...cut, x: from, dy: gradient, dx });
    return out;
  },
);
