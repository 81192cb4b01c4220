import type { LarsUpdateAttributes } from "@contrastive/ops";
import { larsRule } from "../shaders/optimizer/rules.js";
import { updateKernels, updateTensors } from "./update-tensors.js";

/** Kernels `LarsUpdate` and `LarsUpdateIf` of @contrastive/ops. */
export const larsUpdates = updateKernels<LarsUpdateAttributes>("LarsUpdate", ({ inputs, attrs, runner }) => {
  const { learningRate, momentum, nesterov, trustCoefficient, weightDecays, adapts } = attrs;
  const rule = larsRule({ moves: momentum !== 0, nesterov });
  const step = [learningRate, momentum, trustCoefficient];
  return updateTensors(runner, inputs, rule, { step, weightDecays, adapts });
});
