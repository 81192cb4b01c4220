import type { SgdUpdateAttributes } from "@contrastive/ops";
import { bitsOf } from "../bytes.js";
import { fastKernel } from "../fast-kernel.js";
import { updatedTensors, updateRows, writeTable } from "./update-table.js";

/** Kernel `SgdUpdate` of @contrastive/ops. */
export const sgdUpdate = fastKernel<string, SgdUpdateAttributes>("SgdUpdate", (call) => {
  const { attrs, runtime } = call;
  const { learningRate, momentum, nesterov, weightDecays } = attrs;
  const moving = momentum === 0 ? ["weight"] : ["weight", "momentum"];
  const none = momentum === 0 ? [0, 0] : [];
  const { outputs, tensors } = updatedTensors(call, weightDecays.length, moving);
  const rows = updateRows(runtime, tensors, (i, addresses) => [
    bitsOf(weightDecays[i]),
    ...addresses,
    ...none,
  ]);
  const { table } = writeTable(runtime, rows);
  runtime.run("sgdUpdate", rows.length, { table, learningRate, momentum, nesterov: nesterov ? 1 : 0 });
  return outputs;
});
