import { describe, expect, test } from "vitest";
import { bendOf } from "./bend.js";
import type { BendStep, ImageBytes } from "./format.js";
import { runImageProgram } from "./run.js";

type Point = readonly [x: number, y: number];

const points = ([x0, y0]: Point, [x1, y1]: Point, [x2, y2]: Point, [x3, y3]: Point): BendStep => ({
  op: "bend",
  x0,
  y0,
  x1,
  y1,
  x2,
  y2,
  x3,
  y3,
});

/** The points of an image as they rest. */
const atRest = (height: number, width: number): Point[] =>
  [1, 2].flatMap((row) => [1, 2].map((column): Point => [(column * width) / 3, (row * height) / 3]));

/** `sparse_image_warp` of TensorFlow Addons, order 2: the whole system of equations, in float64. */
function naive({ data, height, width }: ImageBytes, to: readonly Point[]): number[] {
  const phi = ([ax, ay]: Point, [bx, by]: Point) => {
    const square = (ax - bx) ** 2 + (ay - by) ** 2;
    return 0.5 * square * Math.log(Math.max(square, 1e-10));
  };
  const solved = [0, 1].map((axis) => {
    const rows = to.map((p, k) => [
      ...to.map((q) => phi(p, q)),
      ...p,
      1,
      p[axis] - atRest(height, width)[k][axis],
    ]);
    const vanish = [0, 1, 2].map((i) => [...to.map((p) => [...p, 1][i]), 0, 0, 0, 0]);
    return eliminate([...rows, ...vanish]);
  });
  const pixel = (x: number, y: number) => data[y * width + x] / 255;
  return Array.from({ length: height * width }, (_, i) => {
    const p: Point = [i % width, Math.floor(i / width)];
    const [moveX, moveY] = solved.map((w) => {
      const radial = to.reduce((total, q, k) => total + w[k] * phi(p, q), 0);
      return radial + w[4] * p[0] + w[5] * p[1] + w[6];
    });
    const x = Math.min(Math.max(p[0] - moveX, 0), width - 1);
    const y = Math.min(Math.max(p[1] - moveY, 0), height - 1);
    const [left, top] = [Math.min(Math.floor(x), width - 2), Math.min(Math.floor(y), height - 2)];
    const [right, down] = [x - left, y - top];
    const upper = (1 - right) * pixel(left, top) + right * pixel(left + 1, top);
    const lower = (1 - right) * pixel(left, top + 1) + right * pixel(left + 1, top + 1);
    return (1 - down) * upper + down * lower;
  });
}

function eliminate(equations: number[][]): number[] {
  const size = equations.length;
  for (let k = 0; k < size; k++) {
    const pivot = equations.findIndex(
      (row, i) => i >= k && equations.slice(k).every((other) => Math.abs(row[k]) >= Math.abs(other[k])),
    );
    [equations[k], equations[pivot]] = [equations[pivot], equations[k]];
    for (let i = 0; i < size; i++) {
      if (i === k) continue;
      const times = equations[i][k] / equations[k][k];
      for (let j = k; j <= size; j++) equations[i][j] -= times * equations[k][j];
    }
  }
  return equations.map((row, k) => row[size] / row[k]);
}

function picture(height: number, width: number): ImageBytes {
  const data = Uint8Array.from({ length: height * width }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24);
  return { data, height, width, channels: 1 };
}

function run(image: ImageBytes, step: BendStep): Float32Array {
  const { height, width, channels } = image;
  const out = new Float32Array(height * width);
  runImageProgram(image, { output: { height, width, channels }, steps: [step] }, out);
  return out;
}

describe("bend", () => {
  test.each([
    [32, 32, 0.5],
    [32, 32, 3],
    [40, 61, 6],
    [224, 224, 15],
  ])("is the thin plate of all equations, on %d×%d moved by about %d pixels", (height, width, distance) => {
    const moves = [0.9, -1.4, 0.2, 1.1, -0.7, 0.6, 1.7, -0.3];
    const to = atRest(height, width).map(([x, y], k): Point => [
      Math.fround(x + distance * moves[2 * k]),
      Math.fround(y + distance * moves[2 * k + 1]),
    ]);
    const image = picture(height, width);
    const expected = naive(image, to);
    const actual = run(image, points(to[0], to[1], to[2], to[3]));
    const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i])), 0);
    expect(worst).toBeLessThan(1e-3);
  });

  test("moves a whole image where all points are moved alike, and continues its edge", () => {
    const image = picture(9, 12);
    const [a, b, c, d] = atRest(9, 12).map(([x, y]): Point => [x + 2, y - 1]);
    const moved = run(image, points(a, b, c, d));
    for (let i = 0; i < moved.length; i++) {
      const [x, y] = [Math.max(0, (i % 12) - 2), Math.min(8, Math.floor(i / 12) + 1)];
      expect(moved[i]).toBeCloseTo(image.data[12 * y + x] / 255, 4);
    }
  });

  test("brings what lies at the points to where they are moved", () => {
    const to: Point[] = [
      [20, 25],
      [44, 18],
      [17, 50],
      [50, 41],
    ];
    const plate = bendOf(points(to[0], to[1], to[2], to[3]), 66, 66);
    to.forEach(([x, y], k) => {
      const move = (weights: readonly number[], [a, b, c]: readonly number[]) =>
        to.reduce(
          (total, [p, q], j) => {
            const square = (x - p) ** 2 + (y - q) ** 2;
            return total + weights[j] * square * Math.log(Math.max(1e-10, square * plate.scale));
          },
          a + b * x + c * y,
        );
      expect(move(plate.weightX, plate.linearX)).toBeCloseTo(x - atRest(66, 66)[k][0], 3);
      expect(move(plate.weightY, plate.linearY)).toBeCloseTo(y - atRest(66, 66)[k][1], 3);
    });
  });

  test.each([
    ["rest", atRest(8, 8)],
    ["lie on a line", [0, 1, 2, 3].map((i): Point => [i, 2 * i])],
    ["are one", [0, 1, 2, 3].map((): Point => [3, 3])],
  ])("changes nothing where the points %s", (_, [a, b, c, d]) => {
    const image = picture(8, 8);
    const out = run(image, points(a, b, c, d));
    out.forEach((value, i) => expect(value).toBeCloseTo(image.data[i] / 255, 4));
  });

  test.each([Number.NaN, Infinity, 70_000])("refuses a place of %d", (x0) => {
    const image = picture(4, 4);
    const step = { ...points([1, 1], [2, 1], [1, 2], [2, 2]), x0 };
    expect(() => run(image, step)).toThrow(/step 0: the places must be numbers of at most 65536, got/);
  });
});
