import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Shape, shapes } from "./shapes.js";

const coordinate = fc.double({ min: -2, max: 2, noNaN: true });

describe.each(Object.entries(shapes))("%s", (_, shape) => {
  it("reaches no further than the corner of a square of side 2, and far enough to be seen", () => {
    const inside = grid(shape);
    expect(Math.max(...inside.map(([x, y]) => x * x + y * y))).toBeLessThanOrEqual(2);
    // A part of the 4 × 4 square that the grid covers.
    expect(inside.length / 160 ** 2).toBeGreaterThan(0.05);
    expect(inside.length / 160 ** 2).toBeLessThan(0.2);
  });

  it("changes no faster than the distance does, so that edges are one pixel soft", () => {
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, coordinate, (x, y, dx, dy) => {
        const far = Math.sqrt(dx * dx + dy * dy);
        expect(Math.abs(shape(x + dx, y + dy) - shape(x, y))).toBeLessThanOrEqual(far * 1.001 + 1e-12);
      }),
    );
  });
});

describe("shapes", () => {
  it.each<[string, [number, number][], [number, number][]]>([
    ["disc", [[0, 0]], [[0.7, 0.7]]],
    [
      "ring",
      [[0.72, 0]],
      [
        [0, 0],
        [1, 0],
      ],
    ],
    ["square", [[0.7, 0.7]], [[0.8, 0]]],
    [
      "triangle",
      [
        [0, -0.9],
        [0.8, 0.6],
      ],
      [[0.6, -0.6]],
    ],
    [
      "cross",
      [
        [0, 0.9],
        [0.9, 0],
      ],
      [[0.5, 0.5]],
    ],
    [
      "star",
      [
        [0, -0.9],
        [0, 0.3],
      ],
      [
        [0, 0.6],
        [0.5, -0.6],
      ],
    ],
    ["crescent", [[-0.6, 0]], [[0.5, 0]]],
    [
      "stripes",
      [
        [0, 0],
        [0.7, 0.64],
        [0.7, -0.64],
      ],
      [
        [0, 0.32],
        [0, -0.32],
      ],
    ],
    [
      "arrow",
      [
        [0, -0.9],
        [0, 0.8],
      ],
      [[0.6, 0.5]],
    ],
    [
      "heart",
      [
        [0.4, -0.5],
        [0, 0.8],
      ],
      [
        [0, -0.7],
        [0.7, 0.6],
      ],
    ],
  ])("%s has its form", (name, inside, outside) => {
    for (const [x, y] of inside) expect(shapes[name](x, y)).toBeLessThan(0);
    for (const [x, y] of outside) expect(shapes[name](x, y)).toBeGreaterThan(0);
  });
});

/** Points inside, of 160 × 160 in -2..2. */
function grid(shape: Shape): [number, number][] {
  const points: [number, number][] = [];
  for (let row = 0; row < 160; row++) {
    for (let column = 0; column < 160; column++) {
      const x = (column + 0.5) / 40 - 2;
      const y = (row + 0.5) / 40 - 2;
      if (shape(x, y) < 0) points.push([x, y]);
    }
  }
  return points;
}
