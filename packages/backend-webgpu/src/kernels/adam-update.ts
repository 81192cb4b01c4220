import { adamCorrections, type AdamUpdateAttributes } from "@contrastive/ops";
import { adamRule } from "../shaders/optimizer/rules.js";
import { updateKernels, updateTensors } from "./update-tensors.js";

/** Kernels `AdamUpdate` and `AdamUpdateIf` of @contrastive/ops. */
export const adamUpdates = updateKernels<AdamUpdateAttributes>("AdamUpdate", ({ inputs, attrs, runner }) => {
  const { learningRate, beta1, beta2, decoupled, weightDecays } = attrs;
  const { factor, shift } = adamCorrections(attrs);
  const step = [learningRate, beta1, 1 - beta1, beta2, 1 - beta2, factor, shift];
  return updateTensors(runner, inputs, adamRule({ decoupled }), { step, weightDecays });
});
