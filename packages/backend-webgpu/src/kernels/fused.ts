import * as tf from "@tensorflow/tfjs-core";
import { type Finish, isActivation } from "../shaders/product/finish.js";

/** What tfjs's fused kernels do after the product. */
export interface Fused {
  readonly bias: tf.Tensor | undefined;
  readonly activation: tf.backend_util.Activation;
  readonly slope: number;
  readonly preluActivationWeights: tf.Tensor | undefined;
}

/** Whether the bias is one for each column. */
export function isOfColumns(bias: tf.Tensor | undefined, columns: number): boolean {
  return (
    bias === undefined || (bias.dtype === "float32" && bias.size === columns && bias.shape.at(-1) === columns)
  );
}

/**
 * A product with a bias and an activation: in the product's own kernel, which `compute` runs, but for activations that it does not
 * have.
 */
export function fused(
  { bias, activation, slope, preluActivationWeights }: Fused,
  compute: (options: { bias?: tf.Tensor; finish: Finish; slope: number }) => tf.TensorInfo,
): tf.TensorInfo {
  const isShader = isActivation(activation);
  const finish: Finish = { bias: bias !== undefined, activation: isShader ? activation : "linear" };
  const product = compute({ bias, finish, slope });
  if (isShader) return product;
  // The one that is left takes weights of any shape that broadcasts.
  return tf.tidy(() => tf.prelu(tf.engine().makeTensorFromTensorInfo(product), preluActivationWeights!));
}

/** The same of a product that is all zeros, because there is nothing to sum. */
export function fusedZeros(
  { bias, activation, slope, preluActivationWeights }: Fused,
  shape: readonly number[],
): tf.TensorInfo {
  return tf.tidy(() => {
    const zeros = tf.zeros([...shape]);
    const sum = bias === undefined ? zeros : tf.add(zeros, bias);
    switch (activation) {
      case "linear":
        return sum;
      case "relu":
        return tf.relu(sum);
      case "relu6":
        return tf.relu6(sum);
      case "elu":
        return tf.elu(sum);
      case "sigmoid":
        return tf.sigmoid(sum);
      case "leakyrelu":
        return tf.leakyRelu(sum, slope);
      case "prelu":
        return tf.prelu(sum, preluActivationWeights!);
    }
  });
}
