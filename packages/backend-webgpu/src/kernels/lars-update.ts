import type { LarsUpdateAttributes } from "@contrastive/ops";
import { larsRule } from "../shaders/optimizer/rules.js";
import { kernel } from "./kernel.js";
import { updateTensors } from "./update-tensors.js";

/** Kernel `LarsUpdate` of @contrastive/ops. */
export const larsUpdate = kernel<string, LarsUpdateAttributes>("LarsUpdate", ({ inputs, attrs, runner }) => {
  const { learningRate, momentum, nesterov, trustCoefficient, weightDecays, adapts } = attrs;
  const rule = larsRule({ moves: momentum !== 0, nesterov });
  const step = [learningRate, momentum, trustCoefficient];
  return updateTensors(runner, inputs, rule, { step, weightDecays, adapts });
});
