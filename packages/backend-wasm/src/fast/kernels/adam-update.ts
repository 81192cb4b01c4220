import { adamCorrections, type AdamUpdateAttributes } from "@contrastive/ops";
import { bitsOf } from "../bytes.js";
import { fastKernel } from "../fast-kernel.js";
import { updatedTensors, updateRows, writeTable } from "./update-table.js";

/** Kernel `AdamUpdate` of @contrastive/ops. */
export const adamUpdate = fastKernel<string, AdamUpdateAttributes>("AdamUpdate", (call) => {
  const { attrs, runtime } = call;
  const { learningRate, beta1, beta2, decoupled, weightDecays } = attrs;
  const moving = ["weight", "mean", "meanSquare"];
  const { outputs, tensors } = updatedTensors(call, weightDecays.length, moving);
  const rows = updateRows(runtime, tensors, (i, addresses) => {
    const decay = bitsOf(weightDecays[i]);
    return [...(decoupled ? [0, decay] : [decay, 0]), ...addresses];
  });
  const { table } = writeTable(runtime, rows);
  const { factor: correction, shift } = adamCorrections(attrs);
  runtime.run("adamUpdate", rows.length, { table, learningRate, beta1, beta2, correction, shift });
  return outputs;
});
