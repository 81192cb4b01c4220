import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";

/** Fails if `run` leaves more or fewer tensors than it found. */
export async function expectNoLeak(run: () => void | Promise<void>): Promise<void> {
  const before = tf.memory().numTensors;
  await run();
  expect(tf.memory().numTensors, "tensors alive").toBe(before);
}
