import * as tf from "@tensorflow/tfjs-core";
import type { Kernel } from "../../kernels/kernel.js";
import { fastKernel } from "../fast-kernel.js";

/** The larger of two tensors of equal shape, or of a tensor and a number; other shapes are the stock kernel's. */
export const maximum = extremum(tf.Maximum, 1);

export const minimum = extremum(tf.Minimum, 0);

function extremum(name: string, largest: number): Kernel {
  return fastKernel<"a" | "b", object>(name, ({ inputs: { a, b }, runtime, stock }) => {
    const single = b.rank === 0;
    if (!single && !tf.util.arraysEqual(a.shape, b.shape)) return stock();
    const out = runtime.output(a.shape);
    const [atA, atB, atOut] = [a, b, out].map(runtime.addressOf);
    runtime.run("extremum", Math.ceil(a.size / runtime.layout.chunk), {
      count: a.size,
      largest,
      a: atA,
      b: atB,
      single: single ? 1 : 0,
      out: atOut,
    });
    return out;
  });
}
