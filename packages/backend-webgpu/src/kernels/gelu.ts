import type { GeluAttributes } from "@contrastive/ops";
import { gelu as shader, geluGradient } from "../shaders/gelu.js";
import { isFloat, kernel } from "./kernel.js";

export const gelu = kernel<"x", GeluAttributes>(
  "Gelu",
  ({ inputs: { x }, attrs: { form }, runner, stock }) => {
    if (!isFloat(x)) return stock();
    const y = runner.output(x.shape);
    if (x.size > 0) runner.run(shader(x.size, form), [x, y]);
    return [y];
  },
);

export const geluGrad = kernel<"dy" | "x", GeluAttributes>(
  "GeluGrad",
  ({ inputs: { dy, x }, attrs: { form }, runner, stock }) => {
    if (!isFloat(dy, x)) return stock();
    const dx = runner.output(x.shape);
    if (x.size > 0) runner.run(geluGradient(x.size, form), [dy, x, dx]);
    return [dx];
  },
);
