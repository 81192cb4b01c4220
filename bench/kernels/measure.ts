import { performance } from "node:perf_hooks";
import * as tf from "@tensorflow/tfjs-core";
import type { KernelCase } from "./cases.js";

/** Milliseconds that each case takes at best, or null where the backend has no such kernel. */
export function measure(cases: readonly KernelCase[], times: number): readonly (number | null)[] {
  return cases.map((one) => best(one, times));
}

function best({ inputs, run }: KernelCase, times: number): number | null {
  const tensors = inputs.map((shape) => tf.randomUniform([...shape], -1, 1, "float32", 1));
  let least = Infinity;
  try {
    for (let i = 0; i < times; i++) {
      const begin = performance.now();
      tf.dispose(tf.tidy(() => run(...tensors)));
      least = Math.min(least, performance.now() - begin);
    }
  } catch (error) {
    if (error instanceof Error && error.message.includes("not registered")) return null;
    throw error;
  } finally {
    tf.dispose(tensors);
  }
  return least;
}

/** Bytes that a case reads and writes at least. */
export function bytesOf({ inputs, run }: KernelCase): number {
  return tf.tidy(() => {
    const tensors = inputs.map((shape) => tf.zeros([...shape]));
    const outputs = [run(...tensors)].flat();
    return 4 * [...tensors, ...outputs].reduce((sum, { size }) => sum + size, 0);
  });
}
