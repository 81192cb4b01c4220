import { expectClose, seededValues } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { describe, expect, test } from "vitest";
// By path: loops are not public.
import { inLoops, size } from "../../../../testing/src/loops/convolution.js";
import { describeOnGpu } from "../../../test/gpu.js";
import { asHalf, expectRounded, halfTensor, inMixed } from "../../../test/half.js";
import { findAdapter } from "../../create-device.js";
import { geometryOf } from "../../kernels/convolution.js";
import { runProductInto } from "../../kernels/run-product.js";
import { createDispatcher } from "../../runner/dispatcher.js";
import { hasMatrices } from "../../runner/has-matrices.js";
import { createRunner } from "../../runner/runner.js";
import { convolution, filterGradient } from "../convolution/convolution.js";
import { inputGradient } from "../convolution/input-gradient.js";
import { allMatrixTiles, cutBy, problem } from "./problem.js";
import type { ProductPlan } from "./product.js";
import { type Tile, tileKey } from "./tiling.js";

/** Channels that fill tiles, and that don't; several splits; strides, whose residues have inner axes of their own. */
const cases = [
  { x: [3, 8, 8, 64], filter: [3, 3, 128], stride: 1 },
  { x: [5, 7, 9, 32], filter: [3, 3, 68], stride: 2 },
  { x: [9, 16, 16, 36], filter: [1, 1, 64], stride: 1 },
] as const;

const found = await findAdapter("high-performance");
/** Imitations have none, nor have most browsers yet. */
const has = "adapter" in found && hasMatrices(found.adapter);

describeOnGpu(`products of matrices by subgroups${has ? "" : " (skipped: this GPU's have none)"}`, () => {
  describe.each(cases)(
    "of $x with $filter, stride $stride",
    ({ x: xShape, filter: [height, width, out], stride }) => {
      const x = [...xShape] as [number, number, number, number];
      const filter: typeof x = [height, width, x[3], out];
      const conv = geometryOf(x, filter, { strides: stride, pad: "same", dataFormat: "NHWC" });
      const shapes = { x, filter, dy: conv.outShape, y: conv.outShape, dx: x, dFilter: filter };
      const halves = { x: true, y: true, dx: true };
      const plans = {
        y: { plan: convolution(conv, { halves, matrices: true }), factors: ["x", "filter"] },
        dx: { plan: inputGradient(conv, { halves, matrices: true }), factors: ["dy", "filter"] },
        dFilter: { plan: filterGradient(conv, { halves, matrices: true }), factors: ["x", "dy"] },
      } as const;

      test.runIf(has).each(Object.keys(plans) as (keyof typeof plans)[])(
        "%s, in all tiles alike",
        async (what) => {
          const values = {
            x: seededValues("x", size(x)).map(asHalf),
            filter: seededValues("filter", size(filter)).map(asHalf),
            dy: seededValues("dy", size(conv.outShape)).map(asHalf),
          };
          const expected = inLoops(conv, values)[what];
          const { plan, factors } = plans[what];
          await inMixed(async () => {
            const [a, b] = factors.map((name) =>
              name === "filter"
                ? tf.tensor(values[name], shapes[name])
                : halfTensor(values[name], shapes[name]),
            );
            let first: Float32Array | undefined;
            for (const tile of tilesOf(plan)) {
              const backend = tf.backend() as WebGPUBackend;
              const tiles = { version: 0, cut: (given: ProductPlan) => cutBy(tile, given.choice!) };
              const runner = createRunner(backend, createDispatcher(backend), () => {}, {
                tiles,
                matrices: true,
              });
              runner.setPrecision("mixed");
              const results =
                what === "dFilter" ? runner.output(shapes[what]) : runner.activation(shapes[what]);
              const info = runProductInto(runner, plan, { a, b }, results);
              const tensor = tf.engine().makeTensorFromTensorInfo(info);
              const actual = (await tensor.data()) as Float32Array;
              tensor.dispose();
              const name = `${what} by ${tileKey(tile)}`;
              if (what === "dFilter") expectClose(actual, expected, { what: name });
              else expectRounded(actual, expected, name);
              first ??= actual;
              expect(actual, name).toEqual(first);
            }
            tf.dispose([a, b]);
          });
        },
      );
    },
  );
});

function tilesOf({ choice }: ProductPlan): readonly Tile[] {
  expect(allMatrixTiles).toContain(choice!.tiling.tile);
  return problem(choice!, { a: 0, b: 0 }, (tf.backend() as WebGPUBackend).device.limits).candidates;
}
