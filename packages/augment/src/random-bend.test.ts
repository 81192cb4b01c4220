import { expect, it } from "vitest";
import { randomBend, type RandomBendOptions } from "./random-bend.js";

const image = { height: 30, width: 60, channels: 3 };

/** How far the coordinates of the four points are moved. */
function moves(options: RandomBendOptions, count = 4000): number[][] {
  const augmentation = randomBend(options);
  return Array.from({ length: count }, (_, index) => {
    const [step] = augmentation.sample({ seed: 3, epoch: 0, index, view: 0 }, image).steps;
    if (step === undefined) return [];
    if (step.op !== "bend") return expect.fail(step.op);
    const { x0, y0, x1, y1, x2, y2, x3, y3 } = step;
    return [x0 - 20, y0 - 10, x1 - 40, y1 - 10, x2 - 20, y2 - 20, x3 - 40, y3 - 20];
  });
}

it("moves points by normal numbers whose deviation is drawn evenly up to a part of the shorter side", () => {
  const all = moves({ distance: 0.1, probability: 1 });
  const flat = all.flat();
  expect(flat).toHaveLength(32_000);
  // The mean of u² over 0..1 is a third.
  expect(Math.sqrt(flat.reduce((sum, move) => sum + move * move, 0) / flat.length)).toBeCloseTo(
    3 / Math.sqrt(3),
    1,
  );
  expect(Math.abs(flat.reduce((sum, move) => sum + move, 0) / flat.length)).toBeLessThan(0.04);
  const within = all.map((eight) => Math.sqrt(eight.reduce((sum, move) => sum + move * move, 0) / 8));
  expect(within.filter((deviation) => deviation < 1.5).length / 4000).toBeCloseTo(0.5, 1);
});

it("bends half of the images, and none by 0", () => {
  expect(moves({}).filter(({ length }) => length > 0).length / 4000).toBeCloseTo(0.5, 1.3);
  expect(
    moves({ distance: 0, probability: 1 }, 3)
      .flat()
      .every((move) => Math.abs(move) < 1e-5),
  ).toBe(true);
});

it("refuses a distance of more than the side", () => {
  expect(() => randomBend({ distance: 2 })).toThrow(
    /augmentation "random-bend": distance must be <= 1, got 2/,
  );
});
