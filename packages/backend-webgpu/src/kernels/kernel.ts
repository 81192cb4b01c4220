import { ContrastiveError } from "@contrastive/core";
import type * as tf from "@tensorflow/tfjs-core";
import type { Runner } from "../runner/runner.js";

type Output = tf.TensorInfo | tf.TensorInfo[];

export interface KernelCall<Input extends string, Attributes> {
  readonly inputs: Readonly<Record<Input, tf.Tensor>>;
  readonly attrs: Attributes;
  readonly runner: Runner;
  /** What the stock kernel of the name makes of the same call. */
  stock(): Output;
}

/** A kernel that takes the place of the stock one, or of none, on the WebGPU backend. */
export interface Kernel {
  readonly name: string;
  create(runner: Runner, stock: tf.KernelConfig | undefined): tf.KernelFunc;
}

/** A kernel under tfjs's name for it. */
export function kernel<Input extends string, Attributes>(
  name: string,
  run: (call: KernelCall<Input, Attributes>) => Output,
): Kernel {
  return {
    name,
    create: (runner, stock) => (call) =>
      run({
        // tfjs passes tensors and the attributes of the kernel, and types both loosely.
        inputs: call.inputs as Record<Input, tf.Tensor>,
        attrs: call.attrs as unknown as Attributes,
        runner,
        stock() {
          if (stock !== undefined) return stock.kernelFunc(call);
          throw new ContrastiveError({
            who: 'backend "webgpu"',
            what: `kernel "${name}" can't take tensors of these types or shapes`,
          });
        },
      }),
  };
}

/** Whether all that are there are float32: most kernels take nothing else. */
export function isFloat(...tensors: readonly (tf.Tensor | undefined)[]): boolean {
  return tensors.every((tensor) => tensor === undefined || tensor.dtype === "float32");
}
