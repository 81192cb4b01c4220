import { describe, expect, it } from "vitest";
import { drawCurve, drawCurves } from "./curves.js";
import { curvesOf } from "./curves-of.js";
import { toText } from "./html.js";
import type { Curve } from "./input.js";

describe("curvesOf", () => {
  it("makes a curve of each metric, and of nothing else", () => {
    const rows = [
      { step: 0, epoch: 0, seconds: 1, loss: 3, imagesPerSecond: 10, learningRate: 0.1 },
      {
        step: 5,
        epoch: 1,
        seconds: 2,
        loss: 2,
        imagesPerSecond: 20,
        learningRate: 0.2,
        "online-probe.accuracy": 0.5,
      },
    ];
    expect(curvesOf(rows)).toEqual([
      {
        name: "Loss",
        points: [
          [0, 3],
          [5, 2],
        ],
      },
      {
        name: "Throughput",
        unit: "img/s",
        points: [
          [0, 10],
          [5, 20],
        ],
      },
      {
        name: "Learning rate",
        points: [
          [0, 0.1],
          [5, 0.2],
        ],
      },
      { name: "Online probe accuracy", unit: "%", points: [[5, 0.5]] },
    ]);
  });

  it("makes none of nothing", () => {
    expect(curvesOf([])).toEqual([]);
  });
});

describe("drawCurve", () => {
  const noisy: Curve = {
    name: "Loss",
    points: Array.from({ length: 200 }, (_, i) => [i, 10 - i / 40 + (i % 2 ? 0.5 : -0.5)] as const),
  };

  it("says in words what it shows", () => {
    const text = toText(
      drawCurve({
        name: "Accuracy",
        unit: "%",
        points: [
          [10, 0.25],
          [20, 0.75],
          [30, 0.5],
        ],
      }),
    );
    expect(text).toContain(
      'aria-label="Accuracy over 20 steps, from 25.0 % to 50.0 %, between 25.0 % and 75.0 %"',
    );
    expect(text).toContain("50.0 % at the end");
  });

  it("draws a mean over what is noisy, and says over how much", () => {
    const text = toText(drawCurve(noisy));
    expect(text).toContain("bold: mean over 5 points");
    // Of the last three points: 5.525, 4.5 and 5.475 plus or minus half.
    const last = [197, 198, 199].map((i) => noisy.points[i][1]);
    expect(text).toContain(`${(last.reduce((a, b) => a + b) / 3).toFixed(2)} at the end`);
    expect(lines(text)).toBe(2);
  });

  it("leaves what is smooth as it is", () => {
    const points = Array.from({ length: 200 }, (_, i) => [i, i < 50 ? i : 100 - i] as const);
    const text = toText(drawCurve({ name: "Learning rate", points }));
    expect(text).not.toContain("mean over");
    expect(lines(text)).toBe(1);
  });

  it("leaves a gap where a value is not finite", () => {
    const whole = drawCurve({
      name: "a",
      points: [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 4],
        [4, 5],
      ],
    });
    const gap = drawCurve({
      name: "a",
      points: [
        [0, 1],
        [1, 2],
        [2, NaN],
        [3, 4],
        [4, 5],
      ],
    });
    expect(subpaths(toText(whole))).toBe(1);
    expect(subpaths(toText(gap))).toBe(2);
  });

  it("takes a single point, and nothing but NaN", () => {
    expect(toText(drawCurve({ name: "a", points: [[3, 1]] }))).toContain("1 at the end");
    expect(
      toText(
        drawCurve({
          name: "a",
          points: [
            [3, NaN],
            [4, NaN],
          ],
        }),
      ),
    ).toContain("a: no finite value");
  });

  it("refuses a curve without points", () => {
    expect(() => drawCurve({ name: "empty", points: [] })).toThrow(
      'the curve "empty" needs at least one point',
    );
  });
});

it("draws several runs' lines in one chart, each with its own mark, also where one lacks the curve", () => {
  const curve: Curve = {
    name: "Loss",
    points: [
      [0, 2],
      [10, 1],
    ],
  };
  const text = toText(
    drawCurves(
      [
        curve,
        undefined,
        {
          ...curve,
          points: [
            [0, 5],
            [30, 3],
          ],
        },
      ],
      ["a", "b", "c"],
    ),
  );
  expect(lines(text)).toBe(2);
  expect(text).toContain('stroke="#3f90da"');
  expect(text).toContain('stroke="#bd1f01"');
  expect(text).toContain("a: Loss over 10 steps, from 2 to 1, between 1 and 2; c: Loss over 30 steps");
});

/** Data lines are polylines; axes have their own classes of stroke. */
function dataPaths(svg: string): string[] {
  return [...svg.matchAll(/<path [^>]*>/g)]
    .map(([path]) => path)
    .filter((path) => /stroke="(var\(--accent\)|#)/.test(path) && path.includes('fill="none"'));
}

function lines(svg: string): number {
  return dataPaths(svg).length;
}

function subpaths(svg: string): number {
  return dataPaths(svg).reduce(
    (count, path) => count + (/ d="([^"]*)"/.exec(path)?.[1].match(/M/g)?.length ?? 0),
    0,
  );
}
