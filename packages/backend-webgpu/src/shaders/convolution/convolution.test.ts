import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { expectClose, seededValues } from "@contrastive/testing";
import { test } from "vitest";
import { describeOnGpu } from "../../../test/gpu.js";
import { geometryOf } from "../../kernels/convolution.js";
import { runProduct } from "../../kernels/run-product.js";
import { createDispatcher } from "../../runner/dispatcher.js";
import { createRunner } from "../../runner/runner.js";
import type { ProductPlan } from "../product/product.js";
import { type ProductShape, splitInto, type Tile, tiles } from "../product/tiling.js";
import { convolution, filterGradient, filterGradientShape, forwardShape } from "./convolution.js";
import { inputGradient, inputGradientShape } from "./input-gradient.js";

/** A large tile gives what the chosen one does, on shapes that fill some of them. */
const cases = [
  { x: [2, 7, 6, 8] as const, filter: [3, 3, 8, 132] as const, stride: 1, tile: 4 },
  { x: [3, 12, 13, 6] as const, filter: [3, 3, 6, 12] as const, stride: 2, tile: 0 },
];

describeOnGpu("convolution by tiles", () => {
  test.each(cases)("$x by $filter, stride $stride, tile $tile", async ({ x, filter, stride, tile }) => {
    const conv = geometryOf(x, filter, { strides: stride, pad: "same", dataFormat: "NHWC" });
    const tensors = {
      x: seeded("x", x),
      filter: seeded("filter", filter),
      dy: seeded("dy", conv.outShape),
    };
    const runner = createRunner(
      tf.backend() as WebGPUBackend,
      createDispatcher(tf.backend() as WebGPUBackend),
      () => {},
    );
    const run = (plan: ProductPlan, a: tf.Tensor, b: tf.Tensor, shape: readonly number[]) =>
      tf.engine().makeTensorFromTensorInfo(runProduct(runner, plan, { a, b }, shape));
    const compute = (tilingOf: (shape: ProductShape) => { tiling?: ReturnType<typeof cut> }) => [
      run(convolution(conv, tilingOf(forwardShape(conv))), tensors.x, tensors.filter, conv.outShape),
      run(inputGradient(conv, tilingOf(inputGradientShape(conv))), tensors.dy, tensors.filter, x),
      run(filterGradient(conv, tilingOf(filterGradientShape(conv))), tensors.x, tensors.dy, filter),
    ];
    const [expected, actual] = [
      compute(() => ({})),
      compute((shape) => ({ tiling: cut(tiles[tile], shape) })),
    ];
    for (let i = 0; i < 3; i++) expectClose(await actual[i].data(), await expected[i].data());
    tf.dispose([tensors, expected, actual]);
  });
});

function cut(tile: Tile, shape: ProductShape) {
  return { tile, ...splitInto(2, tile, shape) };
}

function seeded(name: string, shape: readonly number[]): tf.Tensor {
  return tf.tensor(
    seededValues(
      name,
      shape.reduce((a, b) => a * b),
    ),
    [...shape],
  );
}
