import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { gpu } from "./gpu.js";

/** The nearest binary16 of a number, ties to even. */
export function asHalf(value: number): number {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size >= 65520)
    return Number.isNaN(value) ? value : Math.sign(value) * Infinity;
  const step = 2 ** (Math.max(Math.floor(Math.log2(size || 1e-30)), -14) - 10);
  const down = Math.floor(size / step);
  const rest = size / step - down;
  const steps = rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
  return (Object.is(value, -0) || value < 0 ? -1 : 1) * steps * step;
}

/** Runs `f` while activations are stored as halves. */
export async function inMixed<T>(f: () => T | Promise<T>): Promise<T> {
  await gpu().init({ precision: "mixed" });
  try {
    return await f();
  } finally {
    await gpu().init();
  }
}

/** A tensor stored as halves, of values that are rounded to such; call it in `inMixed`. The innermost size must divide by 4. */
export function halfTensor<R extends tf.Rank = tf.Rank>(
  values: Float32Array,
  shape: readonly number[],
): tf.Tensor<R> {
  // A product with the unit matrix.
  const channels = shape[shape.length - 1];
  const unit = Float32Array.from({ length: channels ** 2 }, (_, i) => (i % (channels + 1) === 0 ? 1 : 0));
  return tf.tidy(() => {
    const pixels = tf.tensor4d(values, [1, 1, values.length / channels, channels]);
    const y = tf.conv2d(pixels, tf.tensor4d(unit, [1, 1, channels, channels]), 1, "valid");
    return tf.reshape<R>(y, [...shape] as tf.ShapeMap[R]);
  });
}

/** Whether a tensor is in a buffer of two bytes a value. */
export function isStoredAsHalves({ dataId, size }: tf.Tensor): boolean {
  const { resource } = (tf.backend() as WebGPUBackend).tensorMap.get(dataId) as { resource?: GPUBuffer };
  return resource?.size === 2 * size;
}

/**
 * Fails unless each value is the expected one, rounded to a half: within half a unit in the last place, and a relative 1e-5 of the
 * largest for the sum in 32 bits.
 */
export function expectRounded(actual: ArrayLike<number>, expected: ArrayLike<number>, what = "values"): void {
  expect(actual.length, `${what}: length`).toBe(expected.length);
  let largest = 0;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i]));
  for (let i = 0; i < expected.length; i++) {
    const size = Math.abs(expected[i]);
    const ulp = 2 ** (Math.max(Math.floor(Math.log2(size || 1e-30)), -14) - 10);
    const error = Math.abs(actual[i] - expected[i]);
    if (error <= ulp / 2 + 1e-5 * Math.max(largest, 1e-3)) continue;
    expect.fail(`${what}: at ${i} of ${expected.length}: got ${actual[i]}, expected ${expected[i]}`);
  }
}
