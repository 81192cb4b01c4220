import * as tf from "@tensorflow/tfjs-core";
import { fastKernel, MOVABLE } from "../fast-kernel.js";
import { picksOf, type Stretch, take } from "../layout/take.js";

export const pad = fastKernel<"x", tf.PadV2Attrs>(
  tf.PadV2,
  ({ inputs: { x }, attrs: { paddings, constantValue }, ...place }) => {
    const picks = paddings.map(([before, after], axis) =>
      [nothing(before), { from: 0, count: x.shape[axis] }, nothing(after)].filter(({ count }) => count > 0),
    );
    return take(place, x, picks, constantValue);
  },
  MOVABLE,
);

function nothing(count: number): Stretch {
  return { from: "nothing", count };
}

/** Beyond an edge the values before it come again, backwards: with the outermost one if `symmetric`. */
export const mirrorPad = fastKernel<"x", tf.MirrorPadAttrs>(
  tf.MirrorPad,
  ({ inputs: { x }, attrs: { paddings, mode }, ...place }) => {
    const skip = mode === "reflect" ? 1 : 0;
    const picks = paddings.map(([before, after], axis) => {
      const size = x.shape[axis];
      return picksOf([
        ...Array.from({ length: before }, (_, i) => before - 1 - i + skip),
        ...Array.from({ length: size }, (_, i) => i),
        ...Array.from({ length: after }, (_, i) => size - 1 - i - skip),
      ]);
    });
    return take(place, x, picks);
  },
  MOVABLE,
);
