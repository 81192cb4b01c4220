import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { expectClose, seededValues } from "@contrastive/testing";
import { expect, test } from "vitest";
import { describeOnGpu } from "../../../test/gpu.js";
import { foldedGrid } from "../fold.js";
import { runProduct } from "../../kernels/run-product.js";
import { createDispatcher } from "../../runner/dispatcher.js";
import { createRunner } from "../../runner/runner.js";
import { matrix } from "./operand.js";
import { product } from "./product.js";
import { splitInto, tiles } from "./tiling.js";

const layouts = [
  ["inner", "outer"],
  ["inner", "inner"],
  ["outer", "outer"],
  ["outer", "inner"],
] as const;

/** Every tile with two layouts of the factors; sizes that divide by 4 or not; a tile and a bit, in 1 and 3 splits. */
const cases = tiles.flatMap((tile, i) =>
  [i, i + 2].map((j) => ({
    ...tile,
    tile,
    a: layouts[j % 4][0],
    b: layouts[j % 4][1],
    extra: j % 4 < 2 ? 4 : 5,
  })),
);

describeOnGpu("product by tiles", () => {
  test.each(cases)(
    "of $rows × $columns, $a and $b side by side, and $extra more",
    async ({ tile, a, b, extra }) => {
      const [rows, columns, inner] = [tile.rows + extra, tile.columns + extra, 3 * tile.depth + extra];
      const [batches, shape] = [2, { batches: 2, rows, columns, inner }];
      const [left, right] = [seededValues("a", batches * rows * inner), seededValues("b", inner * columns)];
      const expected = new Float64Array(batches * rows * columns);
      for (let batch = 0; batch < batches; batch++)
        for (let row = 0; row < rows; row++)
          for (let k = 0; k < inner; k++) {
            const from = batch * rows * inner + (a === "inner" ? row * inner + k : k * rows + row);
            const to = (batch * rows + row) * columns;
            for (let column = 0; column < columns; column++)
              expected[to + column] +=
                left[from] * right[b === "inner" ? column * inner + k : k * columns + column];
          }

      const runner = createRunner(
        tf.backend() as WebGPUBackend,
        createDispatcher(tf.backend() as WebGPUBackend),
        () => {},
      );
      const tensors = { a: tf.tensor1d(left), b: tf.tensor1d(right) };
      const memory = tf.backend().numDataIds();
      for (const splits of [1, 3]) {
        const plan = product({
          name: "product",
          shape,
          strides: { a: rows * inner, b: 0 },
          a: matrix(a, a === "inner" ? inner : rows),
          b: matrix(b, b === "inner" ? inner : columns),
          tiling: { tile, ...splitInto(splits, tile, shape) },
        });
        const before = runner.count();
        const result = tf
          .engine()
          .makeTensorFromTensorInfo(runProduct(runner, plan, tensors, [expected.length]));
        expect(runner.count() - before).toBe(splits === 1 ? 1 : 2);
        expectClose(await result.data(), expected, { what: `${splits} splits` });
        result.dispose();
        expect(tf.backend().numDataIds()).toBe(memory);
      }
      tf.dispose(tensors);
    },
  );

  test("in a grid of two dimensions, which has more workgroups than tiles", async () => {
    const [shape, tile] = [{ batches: 3, rows: 40, columns: 70, inner: 2 }, tiles[tiles.length - 1]];
    const plan = product({
      name: "product",
      shape,
      strides: { a: 80, b: 0 },
      a: matrix("inner", 2),
      b: matrix("outer", 70),
      tiling: { tile, ...splitInto(1, tile, shape) },
    });
    const grid = foldedGrid(18, 5);
    expect(grid).toEqual([5, 4]);
    const [left, right] = [seededValues("a", 240), seededValues("b", 140)];
    const tensors = { a: tf.tensor1d(left), b: tf.tensor1d(right) };
    const runner = createRunner(
      tf.backend() as WebGPUBackend,
      createDispatcher(tf.backend() as WebGPUBackend),
      () => {},
    );
    const folded = { product: { ...plan.product, grid } };
    const result = tf.engine().makeTensorFromTensorInfo(runProduct(runner, folded, tensors, [120, 70]));
    const expected = Float64Array.from({ length: 120 * 70 }, (_, i) => {
      const [row, column] = [Math.floor(i / 70), i % 70];
      return left[2 * row] * right[column] + left[2 * row + 1] * right[70 + column];
    });
    expectClose(await result.data(), expected);
    tf.dispose([tensors, result]);
  });
});
