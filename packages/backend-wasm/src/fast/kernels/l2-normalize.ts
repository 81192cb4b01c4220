import { fastKernel } from "../fast-kernel.js";
import { rowsOf } from "./rows.js";

/** Values of a task. */
const VALUES = 2 ** 15;

/** Kernel `L2Normalize` of @contrastive/ops. */
export const l2Normalize = fastKernel<"x", object>("L2Normalize", ({ inputs: { x }, runtime }) => {
  const { columns: dim, tasks, ...cut } = rowsOf(x, VALUES);
  const out = runtime.output(x.shape);
  const [from, y] = [x, out].map(runtime.addressOf);
  runtime.run("l2Normalize", tasks, { ...cut, dim, x: from, y });
  return out;
});

/** Kernel `L2NormalizeGrad` of @contrastive/ops. */
export const l2NormalizeGrad = fastKernel<"x" | "dy", object>(
  "L2NormalizeGrad",
  ({ inputs: { x, dy }, runtime }) => {
    const { columns: dim, tasks, ...cut } = rowsOf(x, VALUES);
    const out = runtime.output(x.shape);
    const [from, gradient, dx] = [x, dy, out].map(runtime.addressOf);
    runtime.run("l2NormalizeGradient", tasks, { ...cut, dim, x: from, dy: gradient, dx });
    return out;
  },
);
