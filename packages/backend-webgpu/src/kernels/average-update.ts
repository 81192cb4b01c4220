import type { AverageUpdateAttributes } from "@contrastive/ops";
import { averageRule } from "../shaders/optimizer/rules.js";
import { kernel } from "./kernel.js";
import { updateTensors } from "./update-tensors.js";

/** Kernel `AverageUpdate` of @contrastive/ops. */
export const averageUpdate = kernel<string, AverageUpdateAttributes>(
  "AverageUpdate",
  ({ inputs, attrs: { decay, count }, runner }) => {
    // What the others call gradients.
    const named = Object.entries(inputs).map(([name, tensor]) => [name.replace("value", "gradient"), tensor]);
    return updateTensors(runner, Object.fromEntries(named) as typeof inputs, averageRule, {
      step: [decay, 1 - decay],
      weightDecays: Array.from({ length: count }, () => 0),
    });
  },
);
