import { l2Normalize as shader, l2NormalizeGradient } from "../shaders/l2-normalize.js";
import { isFloat, kernel } from "./kernel.js";

export const l2Normalize = kernel<"x", object>("L2Normalize", ({ inputs: { x }, runner, stock }) => {
  if (!isFloat(x)) return stock();
  const y = runner.output(x.shape);
  const [rows, dim] = x.shape as [number, number];
  if (x.size > 0) runner.run(shader(rows, dim), [x, y]);
  return [y];
});

export const l2NormalizeGrad = kernel<"x" | "dy", object>(
  "L2NormalizeGrad",
  ({ inputs: { x, dy }, runner, stock }) => {
    if (!isFloat(x, dy)) return stock();
    const dx = runner.output(x.shape);
    const [rows, dim] = x.shape as [number, number];
    if (x.size > 0) runner.run(l2NormalizeGradient(rows, dim), [x, dy, dx]);
    return [dx];
  },
);
