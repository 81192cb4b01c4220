import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseTiling, type ProductShape, tileCount, tiles, threadsOf } from "./tiling.js";

const summary = (shape: ProductShape) => {
  const { tile, splits } = chooseTiling(shape);
  return { tile: [tile.rows, tile.columns], splits };
};

/** Layers of ResNet-18 on 512 images of 32 × 32, then small products. */
test.each([
  { name: "first layer's filter", shape: [1, 27, 64, 524_288], tile: [32, 64], splits: 1024 },
  { name: "64 channels' filter", shape: [1, 576, 64, 524_288], tile: [64, 64], splits: 114 },
  { name: "512 channels' filter", shape: [1, 4608, 512, 8192], tile: [128, 128], splits: 2 },
  { name: "64 channels", shape: [1, 524_288, 64, 576], tile: [128, 64], splits: 1 },
  { name: "512 channels", shape: [1, 8192, 512, 4608], tile: [128, 128], splits: 1 },
  { name: "a projection's head", shape: [1, 512, 128, 512], tile: [32, 32], splits: 2 },
  { name: "similarities", shape: [1, 1024, 1024, 128], tile: [32, 32], splits: 1 },
  { name: "a dot product", shape: [1, 1, 1, 10_000], tile: [32, 32], splits: 37 },
  { name: "many small products", shape: [4096, 16, 16, 16], tile: [32, 32], splits: 1 },
])("$name", ({ shape: [batches, rows, columns, inner], tile, splits }) => {
  expect(summary({ batches, rows, columns, inner })).toEqual({ tile, splits });
});

test("the splits cover the inner axis, none is empty, and long ones fill the GPU", () => {
  const length = fc.integer({ min: 1, max: 70_000 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), length, length, length, (batches, rows, columns, inner) => {
      const shape = { batches, rows, columns, inner };
      const { tile, splits, innerOfSplit } = chooseTiling(shape);
      expect(innerOfSplit % tile.depth).toBe(0);
      expect(splits * innerOfSplit).toBeGreaterThanOrEqual(inner);
      expect((splits - 1) * innerOfSplit).toBeLessThan(inner);
      if (inner > 70_000 / 2) expect(tileCount(tile, shape) * splits).toBeGreaterThanOrEqual(100);
    }),
  );
});

test("an empty inner axis is one split", () => {
  expect(chooseTiling({ batches: 1, rows: 3, columns: 4, inner: 0 })).toMatchObject({ splits: 1 });
});

test.each(tiles)(
  "$rows × $columns by $threadRows × $threadColumns is within every device's limits",
  (tile) => {
    expect(threadsOf(tile)).toBeLessThanOrEqual(256);
    expect(4 * tile.depth * (tile.rows + tile.columns)).toBeLessThanOrEqual(16_384);
  },
);
