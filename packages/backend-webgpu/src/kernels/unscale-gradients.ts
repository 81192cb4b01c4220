import { lossScaling, type UnscaleGradientsAttributes } from "@contrastive/ops";
import type * as tf from "@tensorflow/tfjs-core";
import { nextScale } from "../shaders/loss-scale/next-scale.js";
import { flagsOf, unscale } from "../shaders/loss-scale/unscale.js";
import { batches } from "./batches.js";
import { kernel } from "./kernel.js";
import { outputsInPlace } from "./outputs-in-place.js";

/** Kernel `UnscaleGradients` of @contrastive/ops. */
export const unscaleGradients = kernel<string, UnscaleGradientsAttributes>(
  "UnscaleGradients",
  ({ inputs, attrs: { count, growthInterval }, runner }) => {
    const { scale, goodSteps, ...gradients } = inputs;
    const given = Array.from({ length: count }, (_, i) => gradients[`gradient${i}`]);
    let pieces = 0;
    const divided = outputsInPlace(runner, given, inputs).map((output) => {
      const first = pieces;
      pieces += flagsOf(output.size);
      return { ...output, first };
    });
    // A buffer must not be empty.
    const flags = runner.output([Math.max(1, pieces)]);
    // The scale and the flags are there in each.
    const most = runner.device.limits.maxStorageBuffersPerShaderStage - 2;
    const present = divided.filter(({ size }) => size > 0);
    for (const batch of batches(present, ({ inPlace }) => (inPlace ? 1 : 2), most)) {
      runner.run(unscale(batch, batch[0].first), [
        scale,
        ...batch.flatMap(({ inPlace, from }) => (inPlace ? [] : [from])),
        ...batch.map(({ to }) => to),
        flags,
      ]);
    }
    const next: tf.TensorInfo[] = [runner.output([]), runner.output([]), runner.output([])];
    runner.run(nextScale(pieces, { ...lossScaling, growthInterval }), [flags, scale, goodSteps, ...next]);
    runner.free(flags);
    return [...divided.map(({ to }) => to), ...next];
  },
);
