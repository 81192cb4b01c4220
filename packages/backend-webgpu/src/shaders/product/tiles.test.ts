import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { seededValues } from "@contrastive/testing";
import { expect, test } from "vitest";
import { describeOnGpu } from "../../../test/gpu.js";
import { geometryOf } from "../../kernels/convolution.js";
import { runProduct } from "../../kernels/run-product.js";
import { createDispatcher } from "../../runner/dispatcher.js";
import { createRunner } from "../../runner/runner.js";
import { filterGradient } from "../convolution/convolution.js";
import { inputGradient } from "../convolution/input-gradient.js";
import { matrix } from "./operand.js";
import { allTiles, cutBy, problem } from "./problem.js";
import { product, type ProductPlan } from "./product.js";
import type { Tile } from "./tiling.js";

const conv = (stride: number) =>
  geometryOf([9, 8, 8, 32], [3, 3, 32, 36], { strides: stride, pad: "same", dataFormat: "NHWC" });

/** SwiftShader takes a second to compile each of the larger ones: all of them with LONG=1. */
const few = (...numbers: number[]) =>
  process.env.LONG === undefined ? numbers.map((i) => allTiles[i]) : allTiles;

/** Each in more tiles than one; the first two in splits. */
const plans: readonly { what: string; plan: ProductPlan; a: number; b: number; tried: readonly Tile[] }[] = [
  {
    what: "matrices",
    plan: product({
      name: "product",
      shape: { batches: 1, rows: 70, columns: 68, inner: 1024 },
      a: matrix("inner", 1024),
      b: matrix("outer", 68),
    }),
    a: 70 * 1024,
    b: 1024 * 68,
    tried: few(10, 12, 16, 17, 19),
  },
  {
    what: "a filter's gradient",
    plan: filterGradient(conv(1)),
    a: 9 * 64 * 32,
    b: 9 * 64 * 36,
    tried: few(5),
  },
  {
    what: "an input's gradient at stride 2",
    plan: inputGradient(conv(2)),
    a: 9 * 16 * 36,
    b: 9 * 32 * 36,
    tried: few(5),
  },
];

describeOnGpu("whatever the tile, the bits are the same", () => {
  test.each(plans)(
    "$what",
    async ({ plan, a, b, tried }) => {
      const runner = createRunner(
        tf.backend() as WebGPUBackend,
        createDispatcher(tf.backend() as WebGPUBackend),
        () => {},
      );
      const choice = plan.choice!;
      const { candidates } = problem(choice, { a, b }, runner.device.limits);
      const depths = new Set(candidates.map(({ depth }) => depth));
      const alike = tried.filter(({ depth }) => depths.has(depth));
      expect(alike).not.toEqual([]);
      const tensors = { a: withZeros("a", a), b: withZeros("b", b) };
      const { batches, rows, columns } = choice.product.shape;
      const size = choice.product.place?.size ?? batches * rows * columns;
      const bits = async (tile: Tile) => {
        const results = runProduct(runner, cutBy(tile, choice), tensors, [size]);
        const tensor = tf.engine().makeTensorFromTensorInfo(results);
        const values = await tensor.data();
        tensor.dispose();
        return new Uint32Array(values.buffer.slice(0));
      };
      const expected = await bits(choice.tiling.tile);
      for (const tile of alike) {
        expect(await bits(tile), JSON.stringify(tile)).toEqual(expected);
      }
      tf.dispose(tensors);
    },
    600_000,
  );
});

/** Some of them so small that products vanish, and leave the sign of a zero. */
function withZeros(name: string, size: number): tf.Tensor1D {
  return tf.tensor1d(seededValues(name, size).map((value, i) => (i % 3 === 0 ? value * 1e-30 : value)));
}
