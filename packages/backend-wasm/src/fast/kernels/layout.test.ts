import * as tf from "@tensorflow/tfjs-core";
import { expectNoLeak } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../../wasm.js";

type Index = readonly number[];

interface Case {
  readonly name: string;
  readonly shapes: readonly Index[];
  readonly compute: (...inputs: tf.Tensor[]) => tf.Tensor;
  readonly shape: Index;
  /** Which input an index of the output shows, and where; undefined for the fill value. */
  readonly from: (index: Index) => readonly [input: number, index: Index] | undefined;
  readonly fill?: number;
}

const cases: readonly Case[] = [
  ...transposes(),
  ...slices(),
  ...concats(),
  ...stacks(),
  ...pads(),
  ...mirrors(),
  ...tiles(),
  ...reverses(),
  ...gathers(),
];

describe.each([true, false])("layout, relaxed SIMD %s", (relaxedSimd) => {
  beforeAll(async () => void (await wasm({ relaxedSimd }).init()));

  for (const dtype of ["float32", "int32", "bool"] as const) {
    test.each(cases)(`${dtype} $name`, async ({ shapes, compute, shape, from, fill = 0 }) => {
      const values = shapes.map((one, input) => valuesOf(sizeOf(one), dtype, input));
      const expected = Array.from({ length: sizeOf(shape) }, (_, i) => {
        const place = from(unravel(i, shape));
        if (place === undefined) return dtype === "bool" ? Number(fill !== 0) : fill;
        return values[place[0]][ravel(place[1], shapes[place[0]])];
      });
      await expectNoLeak(() =>
        tf.tidy(() => {
          const inputs = shapes.map((one, i) => tf.tensor(values[i], [...one], dtype));
          const result = compute(...inputs);
          expect(result.dtype).toBe(dtype);
          expect(result.shape).toEqual(shape);
          expect(equal(result.dataSync(), expected)).toBe(-1);
          inputs.forEach((input, i) => expect(equal(input.dataSync(), values[i])).toBe(-1));
        }),
      );
    });
  }

  test("values keep their bits", () => {
    tf.tidy(() => {
      const values = [Number.NaN, -0, Infinity, 2 ** -149, -Infinity];
      const x = tf.tensor2d(values, [1, 5]);
      for (const y of [tf.tile(x, [2, 1]), tf.reverse(x, 0), tf.slice(x, 0), tf.concat([x, x], 0)]) {
        expect([...y.dataSync()].slice(0, 5)).toEqual(values);
      }
      expect([...tf.pad(tf.tensor1d([1]), [[1, 1]], Number.NaN).dataSync()]).toEqual([
        Number.NaN,
        1,
        Number.NaN,
      ]);
    });
  });

  test("a scalar stays what it is", () => {
    tf.tidy(() => {
      for (const op of [tf.reverse, tf.transpose]) expect(op(tf.scalar(3)).dataSync()[0]).toBe(3);
      expect(tf.tile(tf.scalar(3), []).dataSync()[0]).toBe(3);
    });
  });

  test("a transpose that moves nothing shares its values", async () => {
    const { numDataBuffers } = tf.memory();
    const x = tf.tensor3d([1, 2, 3], [3, 1, 1]);
    const y = tf.transpose(x, [1, 0, 2]);
    expect(y.shape).toEqual([1, 3, 1]);
    expect(tf.memory().numDataBuffers).toBe(numDataBuffers + 1);
    x.dispose();
    const z = tf.tensor1d([4, 5, 6]);
    expect([...(await y.data())]).toEqual([1, 2, 3]);
    tf.dispose([y, z]);
  });

  test("an index that is not there is refused", () => {
    tf.tidy(() => {
      expect(() => tf.gather(tf.ones([3, 2]), tf.tensor1d([0, 3], "int32"))).toThrow(/3 is not in \[0, 2\]/);
    });
  });

  test("parts of several types, or all empty but one", () => {
    tf.tidy(() => {
      const empty = tf.zeros([0, 2]);
      const x = tf.ones([1, 2]);
      expect(tf.concat([empty, x, empty], 0).shape).toEqual([1, 2]);
      expect(tf.concat([empty, empty], 0).shape).toEqual([0, 2]);
      expect([...tf.concat([tf.tensor1d(["a"], "string"), tf.tensor1d(["b"], "string")]).dataSync()]).toEqual(
        ["a", "b"],
      );
    });
  });
});

/** Blocks are of 64 × 64, vectors of 4; runs, planes, and planes within planes. */
function transposes(): readonly Case[] {
  const table: readonly (readonly [shape: Index, perm: Index])[] = [
    [[3], [0]],
    [
      [5, 7],
      [1, 0],
    ],
    [
      [64, 64],
      [1, 0],
    ],
    [
      [63, 130],
      [1, 0],
    ],
    [
      [131, 66],
      [1, 0],
    ],
    [
      [1, 9],
      [1, 0],
    ],
    [
      [0, 9],
      [1, 0],
    ],
    [
      [3, 65, 4],
      [0, 2, 1],
    ],
    [
      [5, 3, 67],
      [2, 1, 0],
    ],
    [
      [70, 3, 5],
      [1, 2, 0],
    ],
    [
      [4, 5, 6],
      [1, 0, 2],
    ],
    [
      [2, 7, 3, 5],
      [0, 2, 1, 3],
    ],
    [
      [2, 7, 3, 5],
      [0, 2, 3, 1],
    ],
    [
      [2, 7, 3, 5],
      [3, 2, 1, 0],
    ],
    [
      [6, 5, 9, 8],
      [3, 1, 2, 0],
    ],
    [
      [2, 3, 1, 5],
      [2, 3, 0, 1],
    ],
    [
      [2, 3, 4, 5, 3],
      [2, 0, 4, 1, 3],
    ],
    [
      [2, 2, 3, 2, 3, 2],
      [0, 1, 3, 2, 4, 5],
    ],
    [
      [2, 2, 3, 2, 3, 2],
      [5, 1, 3, 0, 4, 2],
    ],
    [
      [33, 70, 41],
      [1, 0, 2],
    ],
  ];
  return table.map(([shape, perm]) => ({
    name: `transpose [${shape}] by [${perm}]`,
    shapes: [shape],
    compute: (x) => tf.transpose(x, [...perm]),
    shape: perm.map((axis) => shape[axis]),
    from: (index) => [0, shape.map((_, axis) => index[perm.indexOf(axis)])],
  }));
}

function slices(): readonly Case[] {
  const table: readonly (readonly [shape: Index, begin: Index, size: Index])[] = [
    [[9], [2], [5]],
    [[100_000], [3], [99_990]],
    [
      [5, 0, 3],
      [1, 0, 1],
      [2, 0, 2],
    ],
    [
      [4, 5, 6],
      [1, 0, 0],
      [2, 5, 6],
    ],
    [
      [4, 5, 6],
      [1, 2, 3],
      [2, 2, 2],
    ],
    [
      [4, 5, 6],
      [0, 2, 0],
      [4, 1, 6],
    ],
    [
      [3, 4, 5, 30],
      [0, 0, 0, 7],
      [3, 4, 5, 17],
    ],
    [
      [3, 4, 5, 3],
      [1, 1, 1, 0],
      [2, 2, 3, 3],
    ],
    [
      [2, 3, 2, 3, 2, 3],
      [0, 1, 0, 1, 0, 1],
      [2, 2, 2, 2, 2, 1],
    ],
    [
      [300, 301],
      [1, 2],
      [290, 299],
    ],
  ];
  return table.map(([shape, begin, size]) => ({
    name: `slice [${shape}] from [${begin}], [${size}]`,
    shapes: [shape],
    compute: (x) => tf.slice(x, [...begin], [...size]),
    shape: size,
    from: (index) => [0, index.map((i, axis) => i + begin[axis])],
  }));
}

function concats(): readonly Case[] {
  const table: readonly (readonly [shapes: readonly Index[], axis: number])[] = [
    [[[2], [3]], 0],
    [[[70_000], [3], [1]], 0],
    [
      [
        [2, 3],
        [2, 0],
        [2, 5],
      ],
      1,
    ],
    [
      [
        [2, 3, 4],
        [2, 1, 4],
        [2, 2, 4],
      ],
      1,
    ],
    [
      [
        [3, 5, 1],
        [3, 5, 3],
      ],
      2,
    ],
    [
      [
        [4, 5, 20],
        [4, 5, 33],
      ],
      2,
    ],
    [
      [
        [200, 90],
        [200, 130],
      ],
      1,
    ],
  ];
  return table.map(([shapes, axis]) => {
    const starts = shapes.map((_, i) => shapes.slice(0, i).reduce((sum, shape) => sum + shape[axis], 0));
    const end = shapes.reduce((sum, shape) => sum + shape[axis], 0);
    return {
      name: `concat ${shapes.map((shape) => `[${shape}]`).join(", ")} along ${axis}`,
      shapes,
      compute: (...parts) => tf.concat(parts, axis),
      shape: shapes[0].map((size, i) => (i === axis ? end : size)),
      from: (index) => {
        const input = starts.findLastIndex(
          (start, i) => index[axis] >= start && index[axis] < start + shapes[i][axis],
        );
        return [input, index.map((i, other) => (other === axis ? i - starts[input] : i))];
      },
    };
  });
}

function stacks(): readonly Case[] {
  const table: readonly (readonly [shape: Index, count: number, axis: number])[] = [
    [[], 3, 0],
    [[4], 1, 0],
    [[2, 5], 2, 0],
    [[2, 5], 3, 1],
    [[2, 5, 33], 4, 3],
    [[0, 5], 2, 1],
  ];
  return table.map(([shape, count, axis]) => ({
    name: `stack ${count} of [${shape}] along ${axis}`,
    shapes: Array.from({ length: count }, () => shape),
    compute: (...parts) => tf.stack(parts, axis),
    shape: [...shape.slice(0, axis), count, ...shape.slice(axis)],
    from: (index) => [index[axis], index.filter((_, i) => i !== axis)],
  }));
}

function pads(): readonly Case[] {
  const table: readonly (readonly [
    shape: Index,
    paddings: readonly (readonly [number, number])[],
    fill: number,
  ])[] = [
    [[5], [[2, 3]], 0],
    [[5], [[0, 0]], 7],
    [
      [3, 4],
      [
        [1, 0],
        [0, 2],
      ],
      -3,
    ],
    [
      [0, 4],
      [
        [1, 2],
        [0, 0],
      ],
      5,
    ],
    [
      [2, 3, 5, 3],
      [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
      0,
    ],
    [
      [2, 3, 5, 3],
      [
        [1, 0],
        [2, 1],
        [0, 3],
        [1, 2],
      ],
      2,
    ],
    [
      [3, 17, 90],
      [
        [0, 0],
        [0, 0],
        [30, 41],
      ],
      1,
    ],
    [
      [300, 140],
      [
        [0, 2],
        [3, 1],
      ],
      1,
    ],
  ];
  return table.map(([shape, paddings, fill]) => ({
    name: `pad [${shape}] by ${JSON.stringify(paddings)}`,
    shapes: [shape],
    compute: (x) =>
      tf.pad(
        x,
        paddings.map(([before, after]) => [before, after]),
        fill,
      ),
    shape: shape.map((size, axis) => size + paddings[axis][0] + paddings[axis][1]),
    from: (index) => {
      const at = index.map((i, axis) => i - paddings[axis][0]);
      return at.every((i, axis) => i >= 0 && i < shape[axis]) ? [0, at] : undefined;
    },
    fill,
  }));
}

function mirrors(): readonly Case[] {
  const table: readonly (readonly [shape: Index, paddings: readonly (readonly [number, number])[]])[] = [
    [[5], [[3, 4]]],
    [
      [4, 6],
      [
        [2, 0],
        [0, 5],
      ],
    ],
    [
      [2, 4, 5, 3],
      [
        [0, 0],
        [3, 2],
        [1, 4],
        [0, 0],
      ],
    ],
    [
      [3, 4, 2, 3],
      [
        [1, 2],
        [3, 1],
        [1, 1],
        [2, 0],
      ],
    ],
  ];
  return (["reflect", "symmetric"] as const).flatMap((mode) =>
    table.map(([shape, paddings]) => ({
      name: `mirrorPad, ${mode}, [${shape}] by ${JSON.stringify(paddings)}`,
      shapes: [shape],
      compute: (x: tf.Tensor) =>
        tf.mirrorPad(
          x,
          paddings.map(([before, after]) => [before, after]),
          mode,
        ),
      shape: shape.map((size, axis) => size + paddings[axis][0] + paddings[axis][1]),
      from: (index: Index) => {
        const edge = mode === "symmetric" ? 1 : 0;
        const mirrored = index.map((i, axis) => {
          const at = i - paddings[axis][0];
          if (at < 0) return -at - edge;
          return at < shape[axis] ? at : 2 * (shape[axis] - 1) - at + edge;
        });
        return [0, mirrored] as const;
      },
    })),
  );
}

function tiles(): readonly Case[] {
  const table: readonly (readonly [shape: Index, reps: Index])[] = [
    [[1], [7]],
    [[3], [5]],
    [[3], [0]],
    [
      [0, 3],
      [2, 2],
    ],
    [
      [2, 3],
      [1, 1],
    ],
    [
      [2, 3],
      [3, 1],
    ],
    [
      [2, 3],
      [2, 4],
    ],
    [
      [4, 1],
      [1, 9],
    ],
    [
      [1, 1, 5],
      [3, 4, 1],
    ],
    [
      [2, 1, 1, 5],
      [1, 3, 4, 1],
    ],
    [
      [1, 3, 1, 2],
      [2, 1, 5, 3],
    ],
    [
      [2, 3, 1, 1],
      [1, 2, 5, 70],
    ],
    [
      [700, 1],
      [1, 130],
    ],
    [
      [1, 300],
      [200, 1],
    ],
  ];
  return table.map(([shape, reps]) => ({
    name: `tile [${shape}] by [${reps}]`,
    shapes: [shape],
    compute: (x) => tf.tile(x, [...reps]),
    shape: shape.map((size, axis) => size * reps[axis]),
    from: (index) => [0, index.map((i, axis) => i % shape[axis])],
  }));
}

function reverses(): readonly Case[] {
  const table: readonly (readonly [shape: Index, axes: Index])[] = [
    [[7], [0]],
    [[4, 5], [1]],
    [
      [3, 4, 5],
      [0, 2],
    ],
    [[2, 9, 8, 3], [2]],
    [
      [2, 9, 8, 3],
      [1, 2],
    ],
    [[0, 3], [1]],
  ];
  return table.map(([shape, axes]) => ({
    name: `reverse [${shape}] along [${axes}]`,
    shapes: [shape],
    compute: (x) => tf.reverse(x, [...axes]),
    shape,
    from: (index) => [0, index.map((i, axis) => (axes.includes(axis) ? shape[axis] - 1 - i : i))],
  }));
}

function gathers(): readonly Case[] {
  const table: readonly (readonly [shape: Index, indices: Index, axis: number, indexShape: Index])[] = [
    [[5], [4, 0, 4, 1], 0, [4]],
    [[5, 3], [2, 0, 2, 3, 2, 4], 0, [2, 3]],
    [[5, 3], [], 0, [0]],
    [[5, 3], [1], 0, []],
    [[4, 6, 3], [5, 0, 1, 2, 5], 1, [5]],
    [[4, 6, 7], [6, 6, 0], 2, [3]],
    [[600, 130], Array.from({ length: 500 }, (_, i) => (i * 7) % 600), 0, [500]],
  ];
  return table.map(([shape, indices, axis, indexShape]) => ({
    name: `gather ${indices.length} of [${shape}] along ${axis}`,
    shapes: [shape],
    compute: (x) => tf.gather(x, tf.tensor([...indices], [...indexShape], "int32"), axis),
    shape: [...shape.slice(0, axis), ...indexShape, ...shape.slice(axis + 1)],
    from: (index) => {
      const picked = index.slice(axis, axis + indexShape.length);
      const after = index.slice(axis + indexShape.length);
      return [0, [...index.slice(0, axis), indices[ravel(picked, indexShape)], ...after]];
    },
  }));
}

function valuesOf(size: number, dtype: "float32" | "int32" | "bool", input: number): number[] {
  return Array.from({ length: size }, (_, i) => {
    const value = (i + 1) * (input + 1);
    if (dtype === "bool") return (value * 7919) % 3 === 0 ? 1 : 0;
    return dtype === "int32" ? -value : value + 0.5;
  });
}

/** The first place where they differ, or -1; `toEqual` is slow. */
function equal(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Math.min(actual.length, expected.length);
  return Array.from(expected).findIndex((value, i) => value !== actual[i]);
}

function sizeOf(shape: Index): number {
  return shape.reduce((product, size) => product * size, 1);
}

function unravel(i: number, shape: Index): Index {
  return shape.map((size, axis) => Math.floor(i / sizeOf(shape.slice(axis + 1))) % size);
}

function ravel(index: Index, shape: Index): number {
  return index.reduce((at, i, axis) => at * shape[axis] + i, 0);
}
