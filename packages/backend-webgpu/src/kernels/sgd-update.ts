import type { SgdUpdateAttributes } from "@contrastive/ops";
import { sgdRule } from "../shaders/optimizer/rules.js";
import { kernel } from "./kernel.js";
import { updateTensors } from "./update-tensors.js";

/** Kernel `SgdUpdate` of @contrastive/ops. */
export const sgdUpdate = kernel<string, SgdUpdateAttributes>("SgdUpdate", ({ inputs, attrs, runner }) => {
  const { learningRate, momentum, nesterov, weightDecays } = attrs;
  const rule = sgdRule({ moves: momentum !== 0, nesterov });
  return updateTensors(runner, inputs, rule, { step: [learningRate, momentum], weightDecays });
});
