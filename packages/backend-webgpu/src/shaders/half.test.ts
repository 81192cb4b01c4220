import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { expect, test } from "vitest";
import { asHalf } from "../../test/half.js";
import { describeOnGpu } from "../../test/gpu.js";
import { createDispatcher } from "../runner/dispatcher.js";
import { createHalves } from "../runner/halves.js";
import { createRunner } from "../runner/runner.js";
import { declare } from "./bindings.js";
import type { Dispatch } from "./dispatch.js";
import { halves } from "./half.js";
import { linearGrid, linearMain } from "./linear.js";
import { widen } from "./widen.js";

function narrow(size: number): Dispatch {
  return {
    name: "test/narrow",
    key: "",
    code: () => `
${declare({ reads: { values: "vec4f" }, writes: { stored: halves.element } })}
${halves.code}
${linearMain(`if (at < ${size / 4}u) { stored[at] = ${halves.store("values[at]")}; }`)}`,
    halves: [1],
    grid: linearGrid(size / 4),
  };
}

describeOnGpu("halves", () => {
  test("are the nearest, ties to even, with infinities and NaN", async () => {
    const ulp = 2 ** -10;
    const special = [
      0,
      -0,
      1,
      -2,
      0.1,
      1 / 3,
      1000.3,
      65504,
      -65519.9,
      65520,
      70000,
      -1e30,
      Infinity,
      -Infinity,
      NaN,
    ];
    const halfway = [1 + ulp / 2, 1 + 1.5 * ulp, 1 + ulp / 2 + 1e-6, 2 - ulp / 4];
    const least = 2 ** -24;
    const belowNormal = [
      2 ** -14,
      2 ** -14 - least / 2,
      2 ** -15,
      3 * least,
      2.5 * least,
      -1e-6,
      least / 2,
      least / 4,
      1e-30,
    ];
    const others = Array.from({ length: 68 }, (_, i) => Math.sin(i + 1) * 10 ** ((i % 13) - 8));
    const values = Float32Array.from([special, halfway, belowNormal, others].flat());
    expect(values.length % 4).toBe(0);
    const { stored, back } = await there(values);
    const expected = Array.from(values, asHalf);
    expect(Array.from(back)).toEqual(expected);
    // Signs of zeros.
    expect(stored[0] >>> 16).toBe(0x8000);
  });

  test("come back with the same bits, every one of them", async () => {
    const values = Float32Array.from({ length: 2 ** 16 }, (_, bits) => valueOf(bits));
    const { stored } = await there(values);
    const bits = new Uint16Array(stored.buffer, stored.byteOffset, 2 ** 16);
    const wrong = [...bits].flatMap((got, i) => (got === i || isNaN16(i, got) ? [] : [{ i, got }]));
    expect(wrong).toEqual([]);
  });
});

/** Halves in a buffer, and floats again. */
async function there(values: Float32Array) {
  const backend = tf.backend() as WebGPUBackend;
  // Of its own: nobody hides them from reads.
  const halves = createHalves(backend);
  const runner = createRunner(backend, createDispatcher(backend), () => {}, { halves });
  runner.setPrecision("mixed");
  const x = tf.tensor1d(values);
  const half = runner.activation(x.shape);
  const wide = runner.output(x.shape);
  runner.run(narrow(values.length), [x, half]);
  runner.run(widen(values.length), [half, wide]);
  const [back, bits] = [wide, half].map((info) => tf.engine().makeTensorFromTensorInfo(info));
  const stored = await bits.data<"float32">();
  const result = {
    stored: new Uint32Array(stored.buffer, stored.byteOffset, values.length / 2),
    back: await back.data<"float32">(),
  };
  tf.dispose([x, back, bits]);
  return result;
}

function valueOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Any NaN is as good as another. */
function isNaN16(a: number, b: number): boolean {
  return (a & 0x7fff) > 0x7c00 && (b & 0x7fff) > 0x7c00;
}
