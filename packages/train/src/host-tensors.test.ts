import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fromTorchLayout, toTorchLayout } from "./host-tensors.js";
import { version } from "./version.js";

test("a convolution's weight is laid out as [out, in, height, width]", () => {
  const [height, width, channels, out] = [2, 3, 4, 5];
  const at = (h: number, w: number, c: number, o: number) => ((h * width + w) * channels + c) * out + o;
  const data = Float32Array.from({ length: height * width * channels * out }, (_, i) => i);
  const { weight } = toTorchLayout({ weight: { shape: [height, width, channels, out], data } });
  expect(weight.shape).toEqual([out, channels, height, width]);
  for (let o = 0, i = 0; o < out; o++) {
    for (let c = 0; c < channels; c++) {
      for (let h = 0; h < height; h++)
        for (let w = 0; w < width; w++) expect(weight.data[i++]).toBe(at(h, w, c, o));
    }
  }
});

test("there and back leaves every rank as it was", () => {
  const tensors = Object.fromEntries(
    [[], [3], [2, 3], [2, 3, 4], [2, 1, 3, 4]].map((shape) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [`rank ${shape.length}`, { shape, data: Float32Array.from({ length: size }, (_, i) => i) }];
    }),
  );
  expect(fromTorchLayout(toTorchLayout(tensors))).toEqual(tensors);
  expect(toTorchLayout(tensors)["rank 2"].data).toEqual(Float32Array.of(0, 3, 1, 4, 2, 5));
});

test("the version in records is the package's", () => {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  expect(version).toBe(manifest.version);
});
