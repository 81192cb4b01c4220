import type { TakeIfAttributes } from "@contrastive/ops";
import { takeIf as shader } from "../shaders/take-if.js";
import { batches } from "./batches.js";
import { kernel } from "./kernel.js";
import { outputsInPlace } from "./outputs-in-place.js";

/** Kernel `TakeIf` of @contrastive/ops. */
export const takeIf = kernel<string, TakeIfAttributes>("TakeIf", ({ inputs, attrs: { count }, runner }) => {
  const next = Array.from({ length: count }, (_, i) => inputs[`next${i}`]);
  const taken = outputsInPlace(runner, next, inputs).map((output, i) => ({
    ...output,
    before: inputs[`before${i}`],
  }));
  // The condition is there in each.
  const most = runner.device.limits.maxStorageBuffersPerShaderStage - 1;
  const present = taken.filter(({ size }) => size > 0);
  for (const batch of batches(present, ({ inPlace }) => (inPlace ? 2 : 3), most)) {
    runner.run(shader(batch), [
      inputs.condition,
      ...batch.flatMap(({ before, from, inPlace }) => (inPlace ? [before] : [before, from])),
      ...batch.map(({ to }) => to),
    ]);
  }
  return taken.map(({ to }) => to);
});
