import * as tf from "@tensorflow/tfjs-core";
import type { Params } from "@contrastive/core";
import { defineOp, type Inputs } from "@contrastive/ops";

/** a·x + b·y for every name of x: new tensors that the caller owns. */
export function combine(a: number, x: Params, b: number, y: Params): Params {
  const names = Object.keys(x);
  if (names.length === 0) return {};
  const inputs: Inputs = {};
  names.forEach((name, i) => {
    inputs[`x${i}`] = x[name];
    inputs[`y${i}`] = y[name];
  });
  const outputs = linearCombination(inputs, { a, b });
  return Object.fromEntries(names.map((name, i) => [name, outputs[i]]));
}

/**
 * Inputs `x0, y0, x1, y1, …`, pairs of equal shape; one output a pair. All tensors go in one call, so that a
 * backend can spare the hundreds of small dispatches that an optimizer otherwise costs.
 */
const linearCombination = defineOp<Inputs, { a: number; b: number }>({
  name: "LinearCombination",
  reference: (inputs, { a, b }) => {
    const [timesA, timesB] = [times(a), times(b)];
    return Array.from({ length: Object.keys(inputs).length / 2 }, (_, i) =>
      tf.add(timesA(inputs[`x${i}`]), timesB(inputs[`y${i}`])),
    );
  },
});

/** One tensor for the factor and not one for each product: a number would be uploaded every time. */
function times(factor: number): (tensor: tf.Tensor) => tf.Tensor {
  if (factor === 1) return (tensor) => tensor;
  const scalar = tf.scalar(factor);
  return (tensor) => tf.mul(tensor, scalar);
}
