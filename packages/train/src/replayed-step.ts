import type * as tf from "@tensorflow/tfjs-core";
import type { Params, Rng } from "@contrastive/core";
import type { Replayer } from "@contrastive/ops";
import { gradientStepThatFits } from "./chunk-that-fits.js";
import type { StepInput, StepOutput } from "./gradient-step.js";
import { addPrefix, withPrefix } from "./params.js";

/**
 * As `gradientStep`; where the backend can, steps of the same shapes are replayed.
 *
 * A step in which the loss looks at the number of the step, or anything draws a random number, depends on more than its tensors and
 * is computed each time.
 */
export function replayedStep(replayer: Replayer, input: StepInput): StepOutput {
  const results = replayer.run(tensorsOf(input), (spoil) => {
    const output = gradientStepThatFits({
      ...input,
      get step() {
        spoil();
        return input.step;
      },
      rng: watch(input.rng, spoil),
    });
    return {
      ...addPrefix("metric ", output.metrics),
      ...addPrefix("gradient ", output.gradients),
      ...addPrefix("buffer ", output.buffers),
      ...addPrefix("momentum buffer ", output.momentumBuffers ?? {}),
      loss: output.loss,
      representation: output.representation,
    };
  });
  return {
    loss: results.loss as tf.Scalar,
    representation: results.representation as tf.Tensor2D,
    metrics: withPrefix("metric ", results) as StepOutput["metrics"],
    gradients: withPrefix("gradient ", results),
    buffers: withPrefix("buffer ", results),
    ...(input.momentum &&
      input.model.loss.needs.targets && { momentumBuffers: withPrefix("momentum buffer ", results) }),
  };
}

function tensorsOf({ weights, buffers, momentum, images, labels, scale }: StepInput): Params {
  return {
    ...addPrefix("weight ", weights),
    ...addPrefix("buffer ", buffers),
    ...addPrefix("momentum weight ", momentum?.weights ?? {}),
    ...addPrefix("momentum buffer ", momentum?.buffers ?? {}),
    ...Object.fromEntries(images.map((group, i) => [`images ${i}`, group])),
    ...(labels && { labels }),
    ...(scale && { scale }),
  };
}

/** The same stream; says when something is drawn from it or from one that is forked from it. */
function watch(rng: Rng, onDraw: () => void): Rng {
  const watched =
    <A extends unknown[], R>(draw: (...args: A) => R) =>
    (...args: A): R => {
      onDraw();
      return draw(...args);
    };
  return {
    fork: (...path) => watch(rng.fork(...path), onDraw),
    uint32: watched(() => rng.uint32()),
    uniform: watched(() => rng.uniform()),
    normal: watched(() => rng.normal()),
    below: watched((n: number) => rng.below(n)),
    permutation: watched((n: number) => rng.permutation(n)),
  };
}
