import * as tf from "@tensorflow/tfjs-core";
import { type OpCase, sizeOf } from "./case.js";
import { forEachWindow, outputShape, type Window } from "./window.js";

interface Pooling {
  readonly name: string;
  readonly x: readonly [number, number, number, number];
  readonly size: number;
  readonly stride: number;
  readonly pad: "same" | "valid" | number;
}

const geometries: readonly Pooling[] = [
  { name: "2x2", x: [2, 6, 4, 3], size: 2, stride: 2, pad: "valid" },
  { name: "2x2 same, odd", x: [2, 5, 7, 1], size: 2, stride: 2, pad: "same" },
  { name: "3x3 stride 2 same", x: [2, 6, 7, 3], size: 3, stride: 2, pad: "same" },
  { name: "3x3 stride 2 padded by 1", x: [1, 6, 7, 2], size: 3, stride: 2, pad: 1 },
  { name: "3x3 stride 1", x: [1, 5, 4, 5], size: 3, stride: 1, pad: "valid" },
  { name: "whole image", x: [3, 4, 4, 2], size: 4, stride: 1, pad: "valid" },
  { name: "2x2 stride 3", x: [1, 7, 7, 2], size: 2, stride: 3, pad: "valid" },
];

export const poolingCases: readonly OpCase[] = geometries.flatMap((geometry): OpCase[] => {
  const { name, x, size, stride, pad } = geometry;
  const count = sizeOf(outputShape(x, [size, size], windowOf(geometry))) * x[3];
  return [
    {
      name: `maxPool ${name}`,
      inputs: [x],
      // Below zero, where a maximum that starts its search at 0 goes wrong.
      range: [-2, -1],
      compute: (images) => tf.maxPool(images as tf.Tensor4D, size, stride, pad),
      reference: (images) => {
        const output = new Float64Array(count).fill(-Infinity);
        forEachValue(geometry, (from, to) => (output[to] = Math.max(output[to], images[from])));
        return output;
      },
    },
    {
      name: `avgPool ${name}`,
      inputs: [x],
      compute: (images) => tf.avgPool(images as tf.Tensor4D, size, stride, pad),
      reference: (images) => {
        const sums = new Float64Array(count);
        const inside = new Float64Array(count);
        forEachValue(geometry, (from, to) => {
          sums[to] += images[from];
          inside[to] += 1;
        });
        return sums.map((sum, i) => sum / inside[i]);
      },
    },
  ];
});

function windowOf({ stride, pad }: Pooling): Window {
  const each = [typeof pad === "number" ? pad : 0, typeof pad === "number" ? pad : 0] as const;
  return { stride: [stride, stride], dilation: [1, 1], pad: typeof pad === "number" ? [each, each] : pad };
}

function forEachValue(geometry: Pooling, visit: (from: number, to: number) => void): void {
  const { x, size } = geometry;
  const channels = x[3];
  forEachWindow(x, [size, size], windowOf(geometry), (pixel, _tap, to) => {
    for (let c = 0; c < channels; c++) visit(pixel * channels + c, to * channels + c);
  });
}
