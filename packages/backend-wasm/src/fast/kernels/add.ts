import * as tf from "@tensorflow/tfjs-core";
import { fastKernel } from "../fast-kernel.js";
import type { Runtime } from "../runtime.js";

/** A sum of two tensors of equal shape; where they broadcast, the stock kernel's. */
export const add = fastKernel<"a" | "b", object>(tf.Add, ({ inputs: { a, b }, runtime, stock }) => {
  if (!tf.util.arraysEqual(a.shape, b.shape)) return stock();
  const out = runtime.output(a.shape);
  sumInto(runtime, out, a, b);
  return out;
});

/** A sum of many, in order. */
export const addN = fastKernel<string, object>(tf.AddN, ({ inputs, runtime, stock }) => {
  const [first, ...others] = Object.values<tf.Tensor>(inputs);
  if (others.length === 0) return stock();
  const out = runtime.output(first.shape);
  others.forEach((other, i) => sumInto(runtime, out, i === 0 ? first : out, other));
  return out;
});

function sumInto(runtime: Runtime, out: tf.TensorInfo, a: tf.TensorInfo, b: tf.TensorInfo): void {
  const count = tf.util.sizeFromShape(out.shape);
  const [atA, atB, atOut] = [a, b, out].map(runtime.addressOf);
  runtime.run("add", Math.ceil(count / runtime.layout.chunk), { count, a: atA, b: atB, out: atOut });
}
