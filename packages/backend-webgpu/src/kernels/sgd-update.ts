import type { SgdUpdateAttributes } from "@contrastive/ops";
import { sgdRule } from "../shaders/optimizer/rules.js";
import { updateKernels, updateTensors } from "./update-tensors.js";

/** Kernels `SgdUpdate` and `SgdUpdateIf` of @contrastive/ops. */
export const sgdUpdates = updateKernels<SgdUpdateAttributes>("SgdUpdate", ({ inputs, attrs, runner }) => {
  const { learningRate, momentum, nesterov, weightDecays } = attrs;
  const rule = sgdRule({ moves: momentum !== 0, nesterov });
  return updateTensors(runner, inputs, rule, { step: [learningRate, momentum], weightDecays });
});
