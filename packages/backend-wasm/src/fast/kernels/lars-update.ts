import type { LarsUpdateAttributes } from "@contrastive/ops";
import { bitsOf } from "../bytes.js";
import { fastKernel } from "../fast-kernel.js";
import { updatedTensors, updateRows, writeTable } from "./update-table.js";

/** Kernel `LarsUpdate` of @contrastive/ops. */
export const larsUpdate = fastKernel<string, LarsUpdateAttributes>("LarsUpdate", (call) => {
  const { attrs, runtime } = call;
  const { learningRate, momentum, nesterov, trustCoefficient, weightDecays, adapts } = attrs;
  const moving = momentum === 0 ? ["weight"] : ["weight", "momentum"];
  const none = momentum === 0 ? [0, 0] : [];
  const { outputs, tensors } = updatedTensors(call, weightDecays.length, moving);
  const rows = updateRows(runtime, tensors, (i, addresses, { first, count }) => [
    bitsOf(weightDecays[i]),
    ...addresses,
    ...none,
    first,
    count,
    adapts[i] ? 1 : 0,
  ]);
  const { table, rest: squares } = writeTable(runtime, rows, 16 * rows.length);
  runtime.run("larsSquares", rows.length, { table, squares });
  runtime.run("larsUpdate", rows.length, {
    table,
    squares,
    learningRate,
    momentum,
    nesterov: nesterov ? 1 : 0,
    trustCoefficient,
  });
  return outputs;
});
