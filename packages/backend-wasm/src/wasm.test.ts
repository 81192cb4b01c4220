import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { ContrastiveError } from "@contrastive/core";
import { cpu, expectClose, expectNoLeak } from "@contrastive/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { plugins, wasm } from "./index.js";
import { version } from "./version.js";

describe("wasm", () => {
  it("says what computes, in which versions", async () => {
    const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(version).toBe(manifest.version);
    expect(await wasm().init()).toEqual({
      name: "wasm",
      device: expect.stringMatching(/^WebAssembly relaxed SIMD, \d+ threads?$/),
      versions: {
        tfjs: "4.22.0",
        "tfjs-backend-wasm": "4.22.0",
        "@contrastive/backend-wasm": manifest.version,
      },
    });
  });

  it("is in the table of plugins", () => {
    expect(plugins.backend.wasm().options).toEqual({
      threads: "auto",
      heapLimit: 3.5,
      relaxedSimd: true,
      winograd: true,
      deterministic: false,
    });
  });

  it("is not available where WebAssembly is turned off", async () => {
    const { WebAssembly } = globalThis;
    Reflect.deleteProperty(globalThis, "WebAssembly");
    try {
      expect(await wasm().isAvailable()).toMatchObject({ ok: false });
    } finally {
      Object.assign(globalThis, { WebAssembly });
    }
    expect(await wasm().isAvailable()).toEqual({ ok: true });
  });

  it.each([0, -1, 4, "2"])("refuses a heap limit of %j", (heapLimit) => {
    expect(() => wasm({ heapLimit: heapLimit as number })).toThrow(/backend "wasm": heapLimit must be/);
  });
});

describe("heap limit", () => {
  it("stops an allocation beyond it, loses nothing, and can be raised", async () => {
    await wasm({ heapLimit: 0.25 }).init();
    const kept = tf.tensor1d([1, 2, 3]);
    await expectNoLeak(() => {
      expect(large).toThrow(ContrastiveError);
      expect(large).toThrow(
        `backend "wasm": no room for a tensor of 324000000 bytes in a heap of 0.25 GiB, of which 0.0`,
      );
    });
    expect([...(await kept.data())]).toEqual([1, 2, 3]);
    await wasm().init();
    await expectNoLeak(() => large().dispose());
    kept.dispose();
  });
});

describe("kernels", () => {
  beforeAll(async () => void (await wasm().init()));

  it("say what they can't do where stock tfjs has none", () => {
    const attributes = { strides: 1, pad: "same", dataFormat: "NCHW", filterShape: [1, 1, 2, 3] };
    const gradient = () =>
      tf.tidy(() => {
        const [x, dy] = [tf.ones([1, 2, 4, 4]), tf.ones([1, 3, 4, 4])];
        return tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, attributes);
      });
    expect(gradient).toThrow(ContrastiveError);
    expect(gradient).toThrow(`backend "wasm": kernel "Conv2DBackpropFilter" can't take tensors of`);
  });

  it("are all that the plain JavaScript backend has, but for complex numbers, text and drawing", () => {
    const here = new Set(kernelsOn("wasm"));
    expect(
      kernelsOn("cpu")
        .filter((name) => !here.has(name))
        .sort(),
    ).toEqual([
      "Complex",
      "ComplexAbs",
      "Draw",
      "FFT",
      "IFFT",
      "Imag",
      "RaggedGather",
      "RaggedRange",
      "RaggedTensorToTensor",
      "Real",
      "StaticRegexReplace",
    ]);
  });

  it("casts to the type that a tensor has without copying, and to others by value", () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1.5, -2]);
      const before = tf.memory().numDataBuffers;
      const same = tf.cast(x, "float32");
      expect(tf.memory().numDataBuffers).toBe(before);
      x.dispose();
      expect([...same.dataSync()]).toEqual([1.5, -2]);
      expect([...tf.cast(same, "int32").dataSync()]).toEqual([1, -2]);
    });
  });

  it("clone without copying, and the clone outlives its original", async () => {
    const { numDataBuffers } = tf.memory();
    const x = tf.tensor1d([1, 2, 3]);
    const y = tf.clone(x);
    expect(tf.memory().numDataBuffers).toBe(numDataBuffers + 1);
    x.dispose();
    const z = tf.tensor1d([4, 5, 6]);
    expect([...(await y.data())]).toEqual([1, 2, 3]);
    tf.dispose([y, z]);
    expect(tf.memory().numDataBuffers).toBe(numDataBuffers);
  });

  it.each([
    { name: "sums of whole numbers stay exact", values: (i: number) => i % 8, expected: 28672 },
    { name: "NaN stays NaN", values: (i: number) => (i === 5000 ? Number.NaN : 1), expected: Number.NaN },
    {
      name: "minus infinity stays",
      values: (i: number) => (i === 5000 ? -Infinity : 1),
      expected: -Infinity,
    },
  ])("sum: $name", async ({ values, expected }) => {
    const x = tf.tensor1d(Float32Array.from({ length: 8192 }, (_, i) => values(i)));
    const total = tf.sum(x);
    expect([...(await total.data())]).toEqual([expected]);
    tf.dispose([x, total]);
  });

  it.each([
    {
      // More pixels than the filter's gradient takes at once, and an odd rest.
      name: "filter of a convolution over a large batch",
      shape: [3, 3, 2, 3],
      f: (filter: tf.Tensor) =>
        tf.conv2d(
          tf.randomNormal<tf.Rank.R4>([9, 64, 64, 2], 0, 1, "float32", 1),
          filter as tf.Tensor4D,
          1,
          "same",
        ),
    },
    {
      name: "input of a 3-D convolution",
      shape: [2, 3, 3, 3, 2],
      f: (x: tf.Tensor) =>
        tf.conv3d(
          x as tf.Tensor5D,
          tf.randomNormal<tf.Rank.R5>([2, 2, 2, 2, 3], 0, 1, "float32", 1),
          1,
          "same",
        ),
    },
    {
      name: "input of a grey dilation below zero",
      shape: [1, 5, 5, 2],
      f: (x: tf.Tensor) =>
        tf.dilation2d(tf.sub<tf.Tensor4D>(x, 10), tf.zeros<tf.Rank.R3>([2, 2, 2]), 1, "same"),
    },
    {
      name: "slices, short and long, whole and cut",
      shape: [3, 70, 5],
      f: (x: tf.Tensor) =>
        tf.concat(
          [
            tf.slice(x, 1, 1),
            tf.slice(x, [0, 1, 0], [3, 66, 5]),
            tf.slice(x, [0, 2, 1], [3, 3, 2]),
            tf.slice(x, [2, 69, 4], [1, 1, 1]),
          ].map((part) => tf.reshape(part, [-1])),
        ),
    },
  ])("gradient of the $name equals the plain backend's", async ({ shape, f }) => {
    const outcome = async () => {
      const x = tf.randomNormal(shape, 0, 1, "float32", 7);
      const result = tf.tidy(() => [f(x), tf.grad((z: tf.Tensor) => tf.square(f(z)))(x)]);
      const read = await Promise.all(result.map((tensor) => tensor.data()));
      tf.dispose([x, result]);
      return read;
    };
    const [value, gradient] = await outcome();
    await cpu().init();
    const [expected, expectedGradient] = await outcome();
    await wasm().init();
    expectClose(value, expected, { what: "value" });
    expectClose(gradient, expectedGradient, { what: "gradient" });
  });
});

function large(): tf.Tensor {
  return tf.tidy(() => tf.tile(tf.ones([1, 9000]), [9000, 1]));
}

function kernelsOn(backend: string): string[] {
  return tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName);
}
