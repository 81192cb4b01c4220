import * as tf from "@tensorflow/tfjs-core";
import { fastKernel } from "../fast-kernel.js";
import type { Runtime } from "../runtime.js";
import { rowsOf } from "./rows.js";

/** Values of a task: few, for each takes long. */
const valuesPerTask = 2 ** 13;

export const softmax = fastKernel<"logits", tf.SoftmaxAttrs>(tf.Softmax, ({ inputs, runtime }) =>
  forward(runtime, inputs.logits, 0),
);

/** Kernel `LogSoftmax`, which tfjs names and no backend of its own has. */
export const logSoftmax = fastKernel<"logits", tf.LogSoftmaxAttrs>(tf.LogSoftmax, ({ inputs, runtime }) =>
  forward(runtime, inputs.logits, 1),
);

/** Kernels `SoftmaxGrad` and `LogSoftmaxGrad` of @contrastive/ops. */
export const softmaxGrad = fastKernel<"y" | "dy", object>("SoftmaxGrad", ({ inputs: { y, dy }, runtime }) =>
  backward(runtime, y, dy, 0),
);

export const logSoftmaxGrad = fastKernel<"y" | "dy", object>(
  "LogSoftmaxGrad",
  ({ inputs: { y, dy }, runtime }) => backward(runtime, y, dy, 1),
);

function forward(runtime: Runtime, logits: tf.TensorInfo, logarithm: number): tf.TensorInfo {
  const { tasks, ...cut } = rowsOf(logits, valuesPerTask);
  const out = runtime.output(logits.shape);
  const [x, y] = [logits, out].map(runtime.addressOf);
  runtime.run("softmax", tasks, { ...cut, logarithm, x, y });
  return out;
}

function backward(runtime: Runtime, y: tf.TensorInfo, dy: tf.TensorInfo, logarithm: number): tf.TensorInfo {
  const { tasks, ...cut } = rowsOf(y, valuesPerTask);
  const out = runtime.output(y.shape);
  const [atY, atDy, dx] = [y, dy, out].map(runtime.addressOf);
  runtime.run("softmaxGradient", tasks, { ...cut, logarithm, y: atY, dy: atDy, dx });
  return out;
}
