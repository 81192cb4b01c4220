import * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../../wasm.js";
import { runtimeOf } from "../fast-kernel.js";
import { geometryOf } from "./geometry.js";
import { suitsWinograd } from "./winograd.js";
// By path: loops are not public.
import { inLoops, size } from "../../../../testing/src/loops/convolution.js";

interface Case {
  readonly x: [number, number, number, number];
  /** `[height, width, out]` */
  readonly filter: [number, number, number];
  readonly stride?: number | [number, number];
  readonly dilation?: number;
  readonly pad?: "same" | "valid" | [[0, 0], [number, number], [number, number], [0, 0]];
  readonly winograd?: true;
}

const around = (top: number, bottom: number, left: number, right: number): Case["pad"] => [
  [0, 0],
  [top, bottom],
  [left, right],
  [0, 0],
];

/** Blocks are of 120 rows, 256 columns and 256 values deep, tiles of 5 or 6 rows and 8 columns: sizes around these. */
const cases: readonly Case[] = [
  { x: [2, 6, 5, 3], filter: [3, 3, 4] },
  { x: [1, 1, 1, 1], filter: [1, 1, 1] },
  { x: [3, 7, 9, 1], filter: [3, 3, 1] },
  { x: [2, 9, 8, 5], filter: [3, 3, 7], pad: "valid" },
  { x: [2, 9, 8, 5], filter: [3, 2, 9], pad: around(0, 2, 1, 0) },
  { x: [5, 8, 8, 3], filter: [3, 3, 64] },
  { x: [2, 8, 8, 30], filter: [3, 3, 17] },
  { x: [2, 8, 8, 8], filter: [3, 3, 16], stride: 2 },
  { x: [2, 9, 7, 8], filter: [3, 3, 16], stride: 2 },
  { x: [2, 9, 7, 8], filter: [3, 3, 16], stride: 2, pad: around(1, 1, 1, 1) },
  { x: [2, 8, 6, 5], filter: [3, 3, 5], stride: 2, pad: "valid" },
  { x: [1, 11, 10, 3], filter: [7, 7, 10], stride: 2, pad: around(3, 3, 3, 3) },
  { x: [2, 6, 7, 6], filter: [1, 1, 13] },
  { x: [2, 7, 6, 6], filter: [1, 1, 13], stride: 2 },
  { x: [1, 8, 8, 3], filter: [2, 2, 5], stride: 4, pad: "valid" },
  { x: [2, 5, 7, 2], filter: [3, 2, 2], stride: [1, 3] },
  { x: [1, 3, 3, 1], filter: [2, 2, 2], stride: 2, pad: around(3, 3, 3, 3) },
  { x: [1, 9, 8, 4], filter: [3, 3, 5], dilation: 2 },
  { x: [1, 9, 8, 16], filter: [3, 3, 16], dilation: 3, pad: "valid" },
  { x: [1, 3, 3, 270], filter: [1, 1, 265] },
  { x: [1, 40, 30, 2], filter: [3, 3, 3] },
  { x: [0, 5, 5, 3], filter: [3, 3, 4] },
  { x: [4, 8, 8, 16], filter: [3, 3, 16], winograd: true },
  { x: [4, 7, 9, 16], filter: [3, 3, 20], winograd: true },
  { x: [5, 5, 6, 20], filter: [3, 3, 16], pad: "valid" },
  { x: [8, 9, 6, 20], filter: [3, 3, 16], pad: "valid", winograd: true },
  { x: [8, 5, 7, 24], filter: [3, 3, 28], pad: around(0, 2, 2, 0), winograd: true },
  { x: [16, 1, 2, 16], filter: [3, 3, 16], winograd: true },
  { x: [9, 12, 15, 16], filter: [3, 3, 16], winograd: true },
  { x: [17, 3, 4, 132], filter: [3, 3, 36], winograd: true },
  { x: [17, 3, 4, 16], filter: [3, 3, 260], winograd: true },
  // More tiles than a batch of the filter's gradient takes, in groups and not.
  { x: [19, 16, 16, 20], filter: [3, 3, 28], winograd: true },
  { x: [6, 13, 11, 132], filter: [3, 3, 136], winograd: true },
  { x: [19, 32, 32, 16], filter: [3, 3, 24], stride: 2, pad: around(1, 1, 1, 1), winograd: true },
  // Few tiles, and a large filter.
  { x: [19, 4, 3, 260], filter: [3, 3, 268], winograd: true },
  { x: [17, 6, 7, 260], filter: [3, 3, 268], stride: 2, pad: around(1, 1, 1, 1), winograd: true },
  { x: [4, 16, 16, 16], filter: [3, 3, 16], stride: 2, pad: around(1, 1, 1, 1), winograd: true },
  { x: [9, 7, 9, 20], filter: [3, 3, 28], stride: 2, pad: around(1, 1, 1, 1), winograd: true },
  { x: [16, 8, 5, 68], filter: [3, 3, 36], stride: 2, pad: around(1, 1, 1, 1), winograd: true },
  { x: [17, 2, 1, 16], filter: [3, 3, 132], stride: 2, pad: around(1, 1, 1, 1), winograd: true },
  { x: [5, 17, 18, 16], filter: [3, 3, 24], stride: 2, pad: around(1, 0, 1, 0) },
];

describe.each([{ relaxedSimd: true }, { relaxedSimd: false }, { winograd: false }])(
  "convolution, %j",
  (options) => {
    beforeAll(async () => {
      await wasm(options).init();
    });

    test.each(cases.map((each) => [name(each), each] as const))("%s", async (_, each) => {
      const { x, stride = 1, pad = "same", dilation = 1, winograd: suits = false } = each;
      const winograd = suits && options.winograd !== false;
      const [height, width, columns] = each.filter;
      const filter: [number, number, number, number] = [height, width, x[3], columns];
      const attributes = { strides: stride, pad, dilations: dilation, dataFormat: "NHWC" } as const;
      const conv = geometryOf(x, filter, attributes);
      expect(suitsWinograd(runtimeOf(tf.backend() as BackendWasm)!, conv)).toBe(winograd);
      const tolerance = winograd ? 2e-5 : 1e-5;

      const values = {
        x: seededValues("x", size(x)),
        filter: seededValues("filter", size(filter)),
        dy: seededValues("dy", size(conv.outShape)),
      };
      const expected = inLoops(conv, values);
      let actual: Record<string, Float32Array> = {};
      await expectNoLeak(() => {
        actual = tf.tidy(() => {
          const tensors = {
            x: tf.tensor4d(values.x, x),
            filter: tf.tensor4d(values.filter, filter),
            dy: tf.tensor4d(values.dy, conv.outShape),
          };
          return {
            y: run(tf.Conv2D, { x: tensors.x, filter: tensors.filter }, attributes),
            dx: run(
              tf.Conv2DBackpropInput,
              { dy: tensors.dy, filter: tensors.filter },
              { ...attributes, inputShape: x },
            ),
            dFilter: run(
              tf.Conv2DBackpropFilter,
              { x: tensors.x, dy: tensors.dy },
              { ...attributes, filterShape: filter },
            ),
          };
        });
      });
      for (const [what, loops] of Object.entries(expected)) {
        expectClose(actual[what], loops, { tolerance, what });
      }
    });
  },
);

function run(kernel: string, inputs: tf.NamedTensorMap, attributes: object): Float32Array {
  return (tf.engine().runKernel(kernel, inputs, { ...attributes }) as tf.Tensor).dataSync<"float32">();
}

function name({ x, filter, stride = 1, pad = "same", dilation = 1, winograd }: Case): string {
  const padding = typeof pad === "string" ? pad : String(pad.slice(1, 3));
  return `[${x}] by [${filter}], stride ${stride}, dilation ${dilation}, ${padding}${winograd ? ", Winograd" : ""}`;
}
