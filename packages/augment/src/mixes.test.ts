import { mixConformance } from "@contrastive/testing";
import { describe, expect, test } from "vitest";
// What torchvision makes of given numbers, which the images of `ops` are compared with, too.
import golden from "../../ops/fixtures/mixture.json" with { type: "json" };
import { paste } from "./cut-mix.js";
import { cutMix, mixUp, randomMix, type RandomMixOptions } from "./index.js";

mixConformance("mixup", () => mixUp({ alpha: 0.2 }), { factory: mixUp });
mixConformance("cutmix", () => cutMix({ alpha: 2 }), { factory: cutMix });
mixConformance("a mix at random", () => randomMix([mixUp(), cutMix()]), { factory: randomMix });
mixConformance(
  "a mix at random of such, and not of every batch",
  () =>
    randomMix({
      mixes: [randomMix([cutMix(), mixUp()]), mixUp({ alpha: 8 })],
      weights: [3, 1],
      probability: 0.5,
    }),
  { factory: randomMix },
);

const image = { height: 40, width: 20, channels: 3 };
const draws = (mix: ReturnType<typeof randomMix>, count = 4000) =>
  Array.from({ length: count }, (_, step) => mix.draw({ seed: 5, epoch: 1, step }, image));

const shares = (alpha: number) => draws(cutMix({ alpha })).map((mixture) => mixture!.share);

test.each(golden.cutMix)("CutMix's box for λ = $lambda around $center is torchvision's", (expected) => {
  const { lambda, center, box, labels } = expected;
  const { share, ...mixture } = paste(lambda, center, golden);
  expect(mixture).toEqual({
    op: "paste",
    top: box.y1,
    left: box.x1,
    height: box.y2 - box.y1,
    width: box.x2 - box.x1,
  });
  expect(share).toBeCloseTo(labels[2], 7);
});

describe("CutMix", () => {
  test("draws boxes of the image's proportions all over it", () => {
    const whole = draws(cutMix()).flatMap((mixture) => {
      if (mixture?.op !== "paste") return expect.fail("not a box");
      const { top, left, height, width } = mixture;
      const cut = top === 0 || left === 0 || top + height === 40 || left + width === 20;
      return cut ? [] : [{ ratio: height / width, x: left + width / 2, y: top + height / 2 }];
    });
    const boxes = whole.filter(({ ratio }) => Number.isFinite(ratio));
    expect(boxes.length).toBeGreaterThan(500);
    // Halves of sides are rounded down: of 1.9 and 3.8 pixels to 1 and 3.
    for (const { ratio } of boxes) expect(ratio >= 2 && ratio <= 3).toBe(true);
    expect(new Set(whole.map(({ x }) => x)).size).toBeGreaterThan(15);
    expect(new Set(whole.map(({ y }) => y)).size).toBeGreaterThan(30);
  });

  test("with α = 1 pastes any part of the image; with a small one nearly all or nearly nothing", () => {
    const between = (alpha: number) =>
      shares(alpha).filter((share) => share > 0.5 && share < 0.9).length / 4000;
    expect(between(1)).toBeGreaterThan(0.3);
    expect(between(0.01)).toBeLessThan(between(1) / 2);
    expect(Math.min(...shares(1))).toBeLessThan(0.15);
  });
});

test("MixUp has λ of Beta(α, α) as its share", () => {
  const drawn = draws(mixUp({ alpha: 4 })).map((mixture) => mixture!.share);
  const variance = drawn.reduce((sum, share) => sum + (share - 0.5) ** 2, 0) / drawn.length;
  expect(variance * 4 * 9).toBeGreaterThan(0.9);
  expect(variance * 4 * 9).toBeLessThan(1.1);
});

describe("a mix at random", () => {
  const mixes = [mixUp(), cutMix()];

  test.each<[RandomMixOptions, readonly number[]]>([
    [{ mixes }, [0.5, 0.5, 0]],
    [{ mixes, weights: [1, 3] }, [0.25, 0.75, 0]],
    [{ mixes, weights: [2, 0] }, [1, 0, 0]],
    [{ mixes, probability: 0.4 }, [0.2, 0.2, 0.6]],
    [{ mixes, probability: 0 }, [0, 0, 1]],
  ])("%j takes each as often as it should", (options, expected) => {
    counts(options).forEach((share, i) => {
      // Three standard errors of a half are 0.024.
      expect(Math.abs(share - expected[i])).toBeLessThanOrEqual(
        expected[i] === 0 || expected[i] === 1 ? 0 : 0.024,
      );
    });
  });
});

test.each([
  [() => mixUp({ alpha: 0 }), 'mix "mixup": alpha must be > 0, got 0'],
  [() => cutMix({ alpha: -1 }), 'mix "cutmix": alpha must be > 0, got -1'],
  [() => randomMix([]), 'mix "random-mix": mixes must be >= 1 long, got []'],
  [
    () => randomMix({ mixes: [mixUp()], weights: [1, 2] }),
    'mix "random-mix": weights must have 1 numbers, one a mix, got [1,2]',
  ],
  [
    () => randomMix({ mixes: [mixUp()], weights: [0] }),
    'mix "random-mix": weights must be weights, at least one of them above 0',
  ],
  [
    () => randomMix(["mixup"] as never),
    'mix "random-mix": mixes.0 must be a mix, such as mixUp(), got "mixup"',
  ],
])("what it does not take is refused: %#", (make, message) => {
  expect(make).toThrow(message);
});

/** The parts of batches that are blended, pasted and left. */
function counts(options: RandomMixOptions): readonly number[] {
  const drawn = draws(randomMix(options)).map((mixture) => mixture?.op ?? "none");
  return ["blend", "paste", "none"].map((op) => drawn.filter((each) => each === op).length / 4000);
}
