import * as tf from "@tensorflow/tfjs-core";

/** The product of matrices whose batches broadcast, in float64. */
export function productOf(
  aShape: readonly number[],
  a: ArrayLike<number>,
  bShape: readonly number[],
  b: ArrayLike<number>,
): { shape: number[]; values: Float64Array } {
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(aShape.slice(0, -2), bShape.slice(0, -2));
  const [m, k] = aShape.slice(-2);
  const n = bShape[bShape.length - 1];
  const count = size([1, ...outer]);
  const values = new Float64Array(count * m * n);
  const indexOf = (shape: readonly number[], i: number): number => {
    const strides = outer.map((_, axis) => size([1, ...outer.slice(axis + 1)]));
    const index = strides.map((stride, axis) => Math.floor(i / stride) % outer[axis]);
    return shape
      .slice(0, -2)
      .reduce(
        (sum, length, j) => sum * length + (length === 1 ? 0 : index[outer.length - shape.length + 2 + j]),
        0,
      );
  };
  for (let i = 0; i < count; i++) {
    const [fromA, fromB] = [indexOf(aShape, i) * m * k, indexOf(bShape, i) * k * n];
    for (let row = 0; row < m; row++)
      for (let p = 0; p < k; p++)
        for (let column = 0; column < n; column++)
          values[(i * m + row) * n + column] += a[fromA + row * k + p] * b[fromB + p * n + column];
  }
  return { shape: [...outer, m, n], values };
}

export function size(shape: readonly number[]): number {
  return shape.reduce((x, y) => x * y);
}
