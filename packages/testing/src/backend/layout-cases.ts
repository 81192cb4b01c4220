import * as tf from "@tensorflow/tfjs-core";
import { type OpCase, sizeOf } from "./case.js";

type Index = readonly number[];

const shape = [2, 3, 4, 5];

/** Ops that move values; the reference says where each of the output's came from. */
export const layoutCases: readonly OpCase[] = [
  ...[
    [1, 0, 2, 3],
    [0, 2, 1, 3],
    [0, 1, 3, 2],
    [0, 3, 1, 2],
    [3, 2, 1, 0],
    [2, 0, 3, 1],
  ].map((perm) =>
    moving({
      name: `transpose by [${perm}]`,
      compute: (x) => tf.transpose(x, perm),
      shape: perm.map((axis) => shape[axis]),
      from: (index) => shape.map((_, axis) => index[perm.indexOf(axis)]),
    }),
  ),
  ...[
    { begin: [0, 1, 1, 2], size: [2, 2, 2, 2] },
    { begin: [1, 0, 0, 0], size: [1, 3, 4, 5] },
    { begin: [0, 0, 0, 4], size: [2, 3, 4, 1] },
  ].map(({ begin, size }) =>
    moving({
      name: `slice from [${begin}]`,
      compute: (x) => tf.slice(x, begin, size),
      shape: size,
      from: (index) => index.map((i, axis) => i + begin[axis]),
    }),
  ),
  ...[0, 1, 2, 3].map((axis) =>
    moving({
      name: `concat with itself along ${axis}`,
      compute: (x) => tf.concat([x, x], axis),
      shape: shape.map((size, i) => (i === axis ? 2 * size : size)),
      from: (index) => index.map((i, other) => i % shape[other]),
    }),
  ),
  ...[
    [
      [0, 0],
      [1, 1],
      [2, 1],
      [0, 0],
    ],
    [
      [1, 0],
      [0, 2],
      [0, 0],
      [2, 3],
    ],
  ].map((paddings) =>
    moving({
      name: `pad by ${JSON.stringify(paddings)}`,
      compute: (x) => tf.pad(x, paddings as [number, number][]),
      shape: shape.map((size, axis) => size + paddings[axis][0] + paddings[axis][1]),
      from: (index) => {
        const at = index.map((i, axis) => i - paddings[axis][0]);
        return at.every((i, axis) => i >= 0 && i < shape[axis]) ? at : undefined;
      },
    }),
  ),
  ...(["reflect", "symmetric"] as const).map((mode) =>
    moving({
      name: `mirrorPad, ${mode}`,
      compute: (x) =>
        tf.mirrorPad(
          x,
          [
            [0, 0],
            [2, 1],
            [1, 3],
            [0, 0],
          ],
          mode,
        ),
      shape: [2, 6, 8, 5],
      from: ([n, row, column, channel]) => [
        n,
        mirror(row - 2, 3, mode),
        mirror(column - 1, 4, mode),
        channel,
      ],
    }),
  ),
  ...[
    [1, 2, 1, 3],
    [2, 1, 1, 1],
    [3, 2, 2, 2],
  ].map((reps) =>
    moving({
      name: `tile by [${reps}]`,
      compute: (x) => tf.tile(x, reps),
      shape: shape.map((size, axis) => size * reps[axis]),
      from: (index) => index.map((i, axis) => i % shape[axis]),
    }),
  ),
  moving({
    name: "reverse along [1, 3]",
    compute: (x) => tf.reverse(x, [1, 3]),
    shape,
    from: ([a, b, c, d]) => [a, 2 - b, c, 4 - d],
  }),
  ...[0, 1, 2, 3].map((axis) => {
    // One twice, one not at all where there are three or more.
    const picked = [shape[axis] - 1, 0, shape[axis] - 1];
    return moving({
      name: `gather along ${axis}`,
      compute: (x) => tf.gather(x, tf.tensor1d(picked, "int32"), axis),
      shape: shape.map((size, i) => (i === axis ? picked.length : size)),
      from: (index) => index.map((i, other) => (other === axis ? picked[i] : i)),
    });
  }),
];

interface Move {
  readonly name: string;
  readonly compute: (x: tf.Tensor) => tf.Tensor;
  readonly shape: Index;
  /** Where in the input an index of the output finds its value; undefined for zero. */
  readonly from: (index: Index) => Index | undefined;
}

function moving({ name, compute, shape: outShape, from }: Move): OpCase {
  return {
    name: `${name} of [${shape}]`,
    inputs: [shape],
    compute,
    // The gradient of mirrorPad that tfjs has leaves out what was mirrored.
    differentiable: !name.startsWith("mirrorPad"),
    reference: (x) =>
      Float64Array.from({ length: sizeOf(outShape) }, (_, i) => {
        const index = outShape.map((size, axis) => Math.floor(i / sizeOf(outShape.slice(axis + 1))) % size);
        const at = from(index);
        return at === undefined ? 0 : x[at.reduce((sum, j, axis) => sum * shape[axis] + j, 0)];
      }),
  };
}

function mirror(i: number, size: number, mode: "reflect" | "symmetric"): number {
  const edge = mode === "symmetric" ? 1 : 0;
  if (i < 0) return -i - edge;
  return i < size ? i : 2 * (size - 1) - i + edge;
}
