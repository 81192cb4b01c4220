import type * as tf from "@tensorflow/tfjs-core";

/** An op on seeded inputs, and what it must be. */
export interface OpCase {
  readonly name: string;
  /** Shapes of the float inputs, with respect to all of which the gradient is taken. */
  readonly inputs: readonly (readonly number[])[];
  readonly compute: (...inputs: tf.Tensor[]) => tf.Tensor;
  /**
   * The same in float64 loops. Its gradient is taken by central differences. Absent where the plain JavaScript backend
   * of tfjs is the reference.
   */
  readonly reference?: (...inputs: Float64Array[]) => Float64Array;
  /** False for an op that tfjs can't differentiate; default true. */
  readonly differentiable?: boolean;
  /** The range of the inputs' values; default -1 to 1. */
  readonly range?: readonly [low: number, high: number];
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
