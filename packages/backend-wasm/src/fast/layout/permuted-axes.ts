import * as tf from "@tensorflow/tfjs-core";

/** An axis of a permuted tensor; strides are in values. */
export interface PermutedAxis {
  readonly size: number;
  readonly inStride: number;
  readonly outStride: number;
}

/** The axes of the output, without those of one value; those that stay side by side are one. None or one: nothing moves. */
export function permutedAxes(shape: readonly number[], perm: readonly number[]): readonly PermutedAxis[] {
  const axes: { size: number; inStride: number }[] = [];
  for (const axis of perm) {
    const size = shape[axis];
    if (size === 1) continue;
    const inStride = tf.util.sizeFromShape(shape.slice(axis + 1));
    const outer = axes.at(-1);
    if (outer?.inStride === size * inStride) axes[axes.length - 1] = { size: outer.size * size, inStride };
    else axes.push({ size, inStride });
  }
  return axes.map((axis, i) => ({
    ...axis,
    outStride: axes.slice(i + 1).reduce((product, { size }) => product * size, 1),
  }));
}
