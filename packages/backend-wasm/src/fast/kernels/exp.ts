import * as tf from "@tensorflow/tfjs-core";
import { fastKernel } from "../fast-kernel.js";

export const exp = fastKernel<"x", object>(tf.Exp, ({ inputs: { x }, runtime }) => {
  const out = runtime.output(x.shape);
  const [atX, atOut] = [x, out].map(runtime.addressOf);
  runtime.run("exponential", Math.ceil(x.size / runtime.layout.chunk), { count: x.size, x: atX, out: atOut });
  return out;
});
