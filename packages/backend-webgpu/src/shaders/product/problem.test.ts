import fc from "fast-check";
import { expect, test } from "vitest";
import { geometryOf } from "../../kernels/convolution.js";
import { convolution, filterGradient } from "../convolution/convolution.js";
import { inputGradient } from "../convolution/input-gradient.js";
import { matrix } from "./operand.js";
import { allTiles, cutBy, keyOf, problem, type Problem, trialOf } from "./problem.js";
import { product, type ProductPlan } from "./product.js";
import { threadsOf, tiles } from "./tiling.js";

const baseline = {
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
};
const large = {
  maxComputeWorkgroupStorageSize: 49_152,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
};

const conv = (batch: number, stride = 1, channels = 64) =>
  geometryOf([batch, 32, 32, channels], [3, 3, channels, 128], {
    strides: stride,
    pad: "same",
    dataFormat: "NHWC",
  });
const matrices = (rows: number, columns: number, inner: number) =>
  product({
    name: "product",
    shape: { batches: 1, rows, columns, inner },
    a: matrix("inner", inner),
    b: matrix("outer", columns),
  });
const problemOf = ({ choice }: ProductPlan, sizes = { a: 1, b: 1 }, limits = large): Problem =>
  problem(choice!, sizes, limits);
const key = ({ choice }: ProductPlan) => keyOf(choice!);
const depthsOf = ({ candidates }: Problem) =>
  [...new Set(candidates.map(({ depth }) => depth))].sort((a, b) => a - b);

test("the rule's tile is the first to be tried, and none twice", () => {
  const { candidates, tiling } = problemOf(convolution(conv(512)));
  expect(candidates[0]).toBe(tiling.tile);
  expect(new Set(candidates).size).toBe(candidates.length);
  expect(candidates.length).toBeGreaterThan(tiles.length);
});

test("tiles beyond a device's limits are not tried", () => {
  const { candidates } = problemOf(convolution(conv(512)), undefined, baseline);
  for (const tile of candidates) {
    expect(4 * tile.depth * (tile.rows + tile.columns)).toBeLessThanOrEqual(16_384);
    expect(threadsOf(tile)).toBeLessThanOrEqual(256);
  }
  const tight = { ...large, maxComputeInvocationsPerWorkgroup: 128 };
  // The rule's own is within every device's limits.
  for (const tile of problemOf(matrices(2048, 2048, 512), undefined, tight).candidates.slice(1)) {
    expect(threadsOf(tile)).toBeLessThanOrEqual(128);
  }
});

test("tiles that are mostly beyond the borders are not tried", () => {
  expect(problemOf(matrices(16, 32, 64)).candidates.map(({ rows, columns }) => [rows, columns])).toEqual(
    expect.not.arrayContaining([
      [128, 128],
      [32, 64],
    ]),
  );
});

/** A depth is tried where the zeros that pad the inner axis are as many as with the rule's. */
test.each([
  { what: "a multiple of 32", plan: matrices(512, 512, 96), depths: [8, 16, 32] },
  { what: "a multiple of 16", plan: matrices(512, 512, 48), depths: [8, 16] },
  { what: "a little more", plan: matrices(512, 512, 50), depths: [16, 32] },
  { what: "nearly the next", plan: matrices(512, 512, 63), depths: [8, 16, 32] },
  { what: "the first layer's filter", plan: convolution(conv(8, 1, 3)), depths: [8, 16, 32] },
  { what: "lengths that differ in a batch", plan: inputGradient(conv(8, 2)), depths: [16] },
])("depths for an inner axis of $what", ({ plan, depths }) => {
  expect(depthsOf(problemOf(plan))).toEqual(depths);
});

test("the key is one for shapes that are nearly the same, and another for others", () => {
  expect(key(convolution(conv(512)))).toBe(key(convolution(conv(500))));
  expect(key(convolution(conv(512)))).not.toBe(key(convolution(conv(256))));
  expect(key(convolution(conv(512)))).not.toBe(key(filterGradient(conv(512))));
  expect(key(matrices(512, 512, 48))).not.toBe(key(matrices(512, 512, 50)));
  expect(key(convolution(conv(512), { halves: { y: true } }))).not.toBe(key(convolution(conv(512))));
});

test("another tile changes neither the splits nor where they end", () => {
  const { candidates, ...choice } = problemOf(filterGradient(conv(64)));
  expect(choice.tiling.splits).toBeGreaterThan(1);
  for (const tile of candidates) {
    const { product: dispatch, sum } = cutBy(tile, choice);
    expect(dispatch.uniforms!.slice(5, 7)).toEqual([
      { u32: choice.tiling.splits },
      { u32: choice.tiling.innerOfSplit },
    ]);
    expect(sum).toEqual({ ...filterGradient(conv(64)).sum, dispatch: expect.anything() });
  }
});

test("who names a tile gets it", () => {
  const { choice } = product({
    name: "product",
    shape: { batches: 1, rows: 8, columns: 8, inner: 8 },
    a: matrix("inner", 8),
    b: matrix("inner", 8),
    tiling: { tile: allTiles[0], splits: 1, innerOfSplit: 16 },
  });
  expect(choice).toBeUndefined();
});

test("a problem is measured on as much as there is room for, cut along the axis of the batch", () => {
  const sizes = { a: 512 * 1024 * 64, b: 9 * 64 * 128 };
  const forward = problemOf(convolution(conv(512)), sizes);
  expect(trialOf(forward, 2 ** 30)).toMatchObject({ product: { shape: forward.product.shape }, sizes });
  expect(trialOf(forward, 2 ** 24)!.product.shape).toEqual({ ...forward.product.shape, rows: 65_536 });
  const gradient = problemOf(filterGradient(conv(512)), { a: sizes.a, b: 2 * sizes.a });
  const trial = trialOf(gradient, 2 ** 25)!;
  expect(trial.tiling.splits).toBe(gradient.tiling.splits);
  expect(trial.product.shape.inner).toBe(trial.tiling.splits * trial.tiling.innerOfSplit);
  expect(trial.product.shape).toMatchObject({ rows: 576, columns: 128 });
  expect(trialOf(problemOf(matrices(64, 64, 64), { a: 4096, b: 10 ** 9 }), 2 ** 25)).toBeUndefined();
});

test("a trial has the room that it is given, and something to do", () => {
  const length = fc.integer({ min: 1, max: 20_000 });
  fc.assert(
    fc.property(length, length, length, (rows, columns, inner) => {
      const trial = trialOf(
        problemOf(matrices(rows, columns, inner), { a: rows * inner, b: inner * columns }),
        2 ** 22,
      );
      if (trial === undefined) return;
      expect(trial.sizes.a + trial.sizes.b + trial.sizes.results).toBeLessThanOrEqual(2 ** 22);
      expect(Math.min(trial.product.shape.rows, trial.product.shape.inner)).toBeGreaterThan(0);
      expect(trial.product.shape.columns).toBe(columns);
    }),
  );
});
