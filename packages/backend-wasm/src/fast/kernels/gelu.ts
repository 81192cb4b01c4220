import type { GeluAttributes } from "@contrastive/ops";
import { fastKernel } from "../fast-kernel.js";

/** Values of a task: few, for each takes long. */
const perTask = 2 ** 13;
/** Three vectors. */
const scratch = 48;

/** Kernel `Gelu` of @contrastive/ops. */
export const gelu = fastKernel<"x", GeluAttributes>("Gelu", ({ inputs: { x }, attrs: { form }, runtime }) => {
  const out = runtime.output(x.shape);
  runtime.run(
    "gelu",
    Math.ceil(x.size / perTask),
    {
      count: x.size,
      perTask,
      tanh: form === "tanh" ? 1 : 0,
      x: runtime.addressOf(x),
      y: runtime.addressOf(out),
    },
    scratch,
  );
  return out;
});

/** Kernel `GeluGrad` of @contrastive/ops. */
export const geluGrad = fastKernel<"dy" | "x", GeluAttributes>(
  "GeluGrad",
  ({ inputs: { dy, x }, attrs: { form }, runtime }) => {
    const out = runtime.output(x.shape);
    runtime.run(
      "geluGradient",
      Math.ceil(x.size / perTask),
      {
        count: x.size,
        perTask,
        tanh: form === "tanh" ? 1 : 0,
        dy: runtime.addressOf(dy),
        x: runtime.addressOf(x),
        dx: runtime.addressOf(out),
      },
      scratch,
    );
    return out;
  },
);
