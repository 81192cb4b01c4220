import * as tf from "@tensorflow/tfjs-core";
import { copy } from "@contrastive/ops";
import { expectClose, expectNoLeak, seededValues } from "@contrastive/testing";
import { expect, test } from "vitest";
import { counting } from "../../test/counting.js";
import { describeOnGpu } from "../../test/gpu.js";
import { asHalf, expectRounded, halfTensor, inMixed, isStoredAsHalves } from "../../test/half.js";
import { geometryOf } from "./convolution.js";
// By path: loops are not public.
import { inLoops, size } from "../../../testing/src/loops/convolution.js";

interface Case {
  readonly x: [number, number, number, number];
  /** `[height, width, out]` */
  readonly filter: [number, number, number];
  readonly stride?: number | [number, number];
  readonly pad?: "same" | "valid" | [[0, 0], [number, number], [number, number], [0, 0]];
}

const around = (top: number, bottom: number, left: number, right: number): Case["pad"] => [
  [0, 0],
  [top, bottom],
  [left, right],
  [0, 0],
];

/** Loads are of 4 channels or 1, and tiles of 32 or more rows and columns, 16 deep: sizes around these. */
const cases: readonly Case[] = [
  { x: [1, 1, 1, 1], filter: [1, 1, 1] },
  { x: [2, 6, 5, 3], filter: [3, 3, 4] },
  { x: [2, 9, 8, 5], filter: [3, 3, 7], pad: "valid" },
  { x: [2, 9, 8, 4], filter: [3, 2, 9], pad: around(0, 2, 1, 0) },
  { x: [3, 8, 8, 3], filter: [3, 3, 64] },
  { x: [1, 8, 8, 16], filter: [3, 3, 16] },
  { x: [5, 8, 9, 16], filter: [3, 3, 20], stride: 2 },
  { x: [2, 9, 7, 8], filter: [3, 3, 65], stride: 2, pad: around(1, 1, 1, 1) },
  { x: [2, 8, 6, 5], filter: [3, 3, 6], stride: 2, pad: "valid" },
  { x: [1, 11, 10, 3], filter: [7, 7, 10], stride: 2, pad: around(3, 3, 3, 3) },
  { x: [2, 6, 7, 6], filter: [5, 5, 8], stride: 3 },
  { x: [3, 6, 7, 64], filter: [1, 1, 65] },
  { x: [2, 6, 7, 6], filter: [1, 1, 12] },
  { x: [2, 7, 6, 8], filter: [1, 1, 12], stride: 2 },
  { x: [2, 3, 4, 4], filter: [1, 1, 4], pad: around(1, 0, 0, 2) },
  { x: [1, 8, 8, 3], filter: [2, 2, 5], stride: 4, pad: "valid" },
  { x: [2, 5, 7, 2], filter: [3, 2, 2], stride: [1, 3] },
  { x: [1, 3, 3, 1], filter: [2, 2, 2], stride: 2, pad: around(3, 3, 3, 3) },
  { x: [1, 1, 2, 4], filter: [3, 3, 4], stride: 3 },
  { x: [0, 5, 5, 3], filter: [3, 3, 4] },
  // Long inner axes, in several splits.
  { x: [9, 12, 13, 4], filter: [3, 3, 8] },
  { x: [11, 12, 12, 5], filter: [3, 3, 3], stride: 2 },
  { x: [1, 3, 3, 68], filter: [3, 3, 66] },
];

/** With channels of which four make a load on either side, on both, and with an inner axis in splits. */
const halfCases: readonly Case[] = [
  { x: [2, 6, 5, 3], filter: [3, 3, 4] },
  { x: [5, 8, 9, 16], filter: [3, 3, 20], stride: 2 },
  { x: [2, 9, 7, 8], filter: [3, 3, 65], stride: 2, pad: around(1, 1, 1, 1) },
  { x: [2, 6, 7, 36], filter: [1, 1, 68] },
  { x: [9, 12, 13, 4], filter: [3, 3, 8] },
  { x: [1, 3, 3, 68], filter: [3, 3, 64] },
];

describeOnGpu("convolution", () => {
  test.each(cases.map((each) => [name(each), each] as const))("%s", async (_, each) => {
    const { x, stride = 1, pad = "same" } = each;
    const [height, width, columns] = each.filter;
    const filter: [number, number, number, number] = [height, width, x[3], columns];
    const attributes = { strides: stride, pad, dataFormat: "NHWC" } as const;
    const conv = geometryOf(x, filter, attributes);
    const values = {
      x: seededValues("x", size(x)),
      filter: seededValues("filter", size(filter)),
      dy: seededValues("dy", size(conv.outShape)),
      sum: seededValues("sum", size(x)),
    };
    const loops = inLoops(conv, values);
    const expected = { ...loops, added: loops.dx.map((value, i) => value + values.sum[i]) };
    await expectNoLeak(async () => {
      const tensors = {
        x: tf.tensor4d(values.x, x),
        filter: tf.tensor4d(values.filter, filter),
        dy: tf.tensor4d(values.dy, conv.outShape),
        sum: tf.tensor4d(values.sum, x),
      };
      const compute = () => ({
        y: run(tf.Conv2D, { x: tensors.x, filter: tensors.filter }, { ...attributes, dilations: 1 }),
        dx: run(
          tf.Conv2DBackpropInput,
          { dy: tensors.dy, filter: tensors.filter },
          { ...attributes, inputShape: x },
        ),
        added: addedTo(tensors.sum, tensors, { ...attributes, inputShape: x }),
        dFilter: run(
          tf.Conv2DBackpropFilter,
          { x: tensors.x, dy: tensors.dy },
          { ...attributes, filterShape: filter },
        ),
      });
      const [once, again] = [compute(), compute()];
      for (const what of ["y", "dx", "added", "dFilter"] as const) {
        const actual = await once[what].data();
        expectClose(actual, expected[what], { what });
        expect(actual, `${what}, again`).toEqual(await again[what].data());
      }
      tf.dispose([tensors, once, again]);
    });
  });

  test.each(halfCases.map((each) => [name(each), each] as const))("of halves: %s", async (_, each) => {
    const { x, stride = 1, pad = "same" } = each;
    const [height, width, columns] = each.filter;
    const filter: [number, number, number, number] = [height, width, x[3], columns];
    const attributes = { strides: stride, pad, dataFormat: "NHWC" } as const;
    const conv = geometryOf(x, filter, attributes);
    const [inHalves, outHalves] = [x[3], columns].map((channels) => channels % 4 === 0);
    const values = {
      x: seededValues("x", size(x)).map((u) => (inHalves ? asHalf(u) : u)),
      // Of halves too, to which subgroups that multiply matrices round it.
      filter: seededValues("filter", size(filter)).map(asHalf),
      dy: seededValues("dy", size(conv.outShape)).map((u) => (outHalves ? asHalf(u) : u)),
      sum: seededValues("sum", size(x)).map((u) => (inHalves ? asHalf(u) : u)),
    };
    const loops = inLoops(conv, values);
    const expected = { ...loops, added: loops.dx.map((value, i) => value + values.sum[i]) };
    await inMixed(() =>
      expectNoLeak(async () => {
        const buffers = tf.backend().numDataIds();
        const tensors = {
          x: inHalves ? halfTensor(values.x, x) : tf.tensor(values.x, x),
          filter: tf.tensor4d(values.filter, filter),
          dy: outHalves ? halfTensor(values.dy, conv.outShape) : tf.tensor(values.dy, conv.outShape),
        };
        const sum = () => (inHalves ? halfTensor(values.sum, x) : tf.tensor(values.sum, x));
        const compute = () => ({
          y: run(tf.Conv2D, { x: tensors.x, filter: tensors.filter }, { ...attributes, dilations: 1 }),
          dx: run(
            tf.Conv2DBackpropInput,
            { dy: tensors.dy, filter: tensors.filter },
            { ...attributes, inputShape: x },
          ),
          added: tf.tidy(() =>
            run(
              "Conv2DBackpropInputAdd",
              { dy: tensors.dy, filter: tensors.filter, sum: sum() },
              { ...attributes, inputShape: x },
            ),
          ),
          dFilter: run(
            tf.Conv2DBackpropFilter,
            { x: tensors.x, dy: tensors.dy },
            { ...attributes, filterShape: filter },
          ),
        });
        const [once, again] = [compute(), compute()];
        expect(Object.values(once).map(isStoredAsHalves)).toEqual([outHalves, inHalves, inHalves, false]);
        for (const what of ["y", "dx", "added", "dFilter"] as const) {
          const actual = await once[what].data();
          if (isStoredAsHalves(once[what])) expectRounded(actual, expected[what], what);
          else expectClose(actual, expected[what], { what });
          expect(actual, `${what}, again`).toEqual(await again[what].data());
        }
        tf.dispose([tensors, once, again]);
        expect(tf.backend().numDataIds()).toBe(buffers);
      }),
    );
  });

  test("of halves, with bias and activation", async () => {
    const [x, filter] = [
      [2, 5, 6, 8],
      [3, 3, 8, 12],
    ] as [Case["x"], Case["x"]];
    const conv = geometryOf(x, filter, { strides: 1, pad: "same", dataFormat: "NHWC" });
    const values = {
      x: seededValues("x", size(x)).map(asHalf),
      // Of halves too, to which subgroups that multiply matrices round it.
      filter: seededValues("filter", size(filter)).map(asHalf),
      dy: seededValues("dy", size(conv.outShape)),
    };
    const offsets = seededValues("bias", 12);
    const expected = inLoops(conv, values).y.map((value, i) => Math.max(0, value + offsets[i % 12]));
    await inMixed(() =>
      expectNoLeak(async () => {
        const y = tf.tidy(() =>
          tf.fused.conv2d({
            x: halfTensor<tf.Rank.R4>(values.x, x),
            filter: tf.tensor4d(values.filter, filter),
            strides: 1,
            pad: "same",
            bias: tf.tensor1d(offsets),
            activation: "relu",
          }),
        );
        expect(isStoredAsHalves(y)).toBe(true);
        expectRounded(await y.data(), expected);
        y.dispose();
      }),
    );
  });

  test("what is too large for a half becomes infinite, and NaN stays", async () => {
    await inMixed(async () => {
      const x = tf.tensor4d([60000, -70000, Number.NaN, 1], [1, 2, 2, 1]);
      const y = tf.tidy(() => tf.conv2d(x, tf.ones([1, 1, 1, 4]) as tf.Tensor4D, 1, "same"));
      const values = [...(await y.data())].filter((_, i) => i % 4 === 0);
      expect(values).toEqual([60000, -Infinity, Number.NaN, 1].map(asHalf));
      tf.dispose([x, y]);
    });
  });

  test("with holes in the filter", async () => {
    const [x, filter] = [[2, 9, 8, 4] as const, [3, 2, 4, 5] as const].map((shape) => [...shape]) as [
      Case["x"],
      Case["x"],
    ];
    const attributes = { strides: 1, pad: "same", dataFormat: "NHWC", dilations: [2, 3] } as const;
    const conv = geometryOf(x, filter, { ...attributes, dilations: [2, 3] });
    const values = {
      x: seededValues("x", size(x)),
      filter: seededValues("filter", size(filter)),
      dy: seededValues("dy", size(conv.outShape)),
    };
    const y = tf.tidy(() =>
      run(tf.Conv2D, { x: tf.tensor4d(values.x, x), filter: tf.tensor4d(values.filter, filter) }, attributes),
    );
    expectClose(await y.data(), inLoops(conv, values).y);
    y.dispose();
  });

  test.each(["linear", "relu", "prelu"] as const)("with bias, then %s", async (activation) => {
    const [x, filter] = [
      [2, 5, 6, 3],
      [3, 3, 3, 8],
    ] as [Case["x"], Case["x"]];
    const conv = geometryOf(x, filter, { strides: 1, pad: "same", dataFormat: "NHWC" });
    const values = {
      x: seededValues("x", size(x)),
      filter: seededValues("filter", size(filter)),
      dy: seededValues("dy", size(conv.outShape)),
    };
    const [offsets, slopes] = [seededValues("bias", 8), seededValues("slopes", 8)];
    await expectNoLeak(async () => {
      const y = tf.tidy(() =>
        tf.fused.conv2d({
          x: tf.tensor4d(values.x, x),
          filter: tf.tensor4d(values.filter, filter),
          strides: 1,
          pad: "same",
          bias: tf.tensor1d(offsets),
          activation,
          ...(activation === "prelu" ? { preluActivationWeights: tf.tensor1d(slopes) } : {}),
        }),
      );
      const expected = inLoops(conv, values).y.map((value, i) => {
        const sum = value + offsets[i % 8];
        const slope = { linear: 1, relu: 0, prelu: slopes[i % 8] }[activation];
        return sum < 0 ? slope * sum : sum;
      });
      expectClose(await y.data(), expected);
      y.dispose();
    });
  });

  test("adds the input's gradient where it is, unless somebody else holds that", async () => {
    const [x, filter] = [tf.randomNormal<tf.Rank.R4>([1, 4, 4, 4]), tf.randomNormal([3, 3, 4, 4])];
    const attributes = { strides: 1, pad: "same", dataFormat: "NHWC", inputShape: x.shape };
    const inputs = { dy: x, filter };
    await expectNoLeak(async () => {
      const sum = tf.square(x);
      const held = tf.clone(sum);
      const before = await held.data();
      const apart = counting(() => run("Conv2DBackpropInputAdd", { ...inputs, sum }, attributes));
      expect(await held.data()).toEqual(before);
      held.dispose();
      const inPlace = counting(() => run("Conv2DBackpropInputAdd", { ...inputs, sum }, attributes));
      expect([apart.dispatches, inPlace.dispatches]).toEqual([2, 1]);
      expect(await inPlace.result.data()).toEqual(await apart.result.data());
      tf.dispose([sum, apart.result, inPlace.result]);
    });
    tf.dispose([x, filter]);
  });

  test("has these gradients", async () => {
    const [x, filter] = [
      [2, 5, 6, 3],
      [3, 3, 3, 8],
    ] as [Case["x"], Case["x"]];
    const conv = geometryOf(x, filter, { strides: 2, pad: "same", dataFormat: "NHWC" });
    const values = {
      x: seededValues("x", size(x)),
      filter: seededValues("filter", size(filter)),
      dy: seededValues("dy", size(conv.outShape)),
    };
    const expected = inLoops(conv, values);
    await expectNoLeak(async () => {
      const [dx, dFilter] = tf.tidy(() =>
        tf.grads((x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, "same"))(
          [tf.tensor4d(values.x, x), tf.tensor4d(values.filter, filter)],
          tf.tensor4d(values.dy, conv.outShape),
        ),
      );
      expectClose(await dx.data(), expected.dx);
      expectClose(await dFilter.data(), expected.dFilter);
      tf.dispose([dx, dFilter]);
    });
  });
});

/** The gradient added to a copy of a sum. */
function addedTo(sum: tf.Tensor, { dy, filter }: tf.NamedTensorMap, attributes: object): tf.Tensor {
  const consumed = copy(sum);
  const added = run("Conv2DBackpropInputAdd", { dy, filter, sum: consumed }, attributes);
  consumed.dispose();
  return added;
}

function run(kernel: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor {
  // The kernels of this file have one output.
  return tf.engine().runKernel(kernel, inputs, { ...attributes }) as tf.Tensor;
}

function name({ x, filter, stride = 1, pad = "same" }: Case): string {
  const padding = typeof pad === "string" ? pad : String(pad.slice(1, 3));
  return `[${x}] by [${filter}], stride ${stride}, ${padding}`;
}
