import { ContrastiveError } from "@contrastive/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Runner } from "../runner/runner.js";

type Output = tf.TensorInfo | tf.TensorInfo[];

export interface KernelCall<Input extends string, Attributes> {
  /** Those that the kernel does not say it takes as halves are stored as floats. */
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

/** A kernel under tfjs's name for it. `halves` are the inputs that it also takes where they are stored so. */
export function kernel<Input extends string, Attributes>(
  name: string,
  run: (call: KernelCall<Input, Attributes>) => Output,
  halves: readonly Input[] = [],
): Kernel {
  return {
    name,
    create: (runner, stock) => (call) => {
      const { inputs, temporary } = widenAllBut(halves, call.inputs as Record<Input, tf.Tensor>, runner);
      const output = run({
        inputs,
        // tfjs passes tensors and the attributes of the kernel, and types both loosely.
        attrs: call.attrs as unknown as Attributes,
        runner,
        stock() {
          if (stock !== undefined) return stock.kernelFunc({ ...call, inputs });
          throw new ContrastiveError({
            who: 'backend "webgpu"',
            what: `kernel "${name}" can't take tensors of these types or shapes`,
          });
        },
      });
      tf.dispose(temporary);
      return output;
    },
  };
}

/** Inputs of which none but those named are stored as halves, and what was made for that. */
function widenAllBut<Input extends string>(
  names: readonly Input[],
  given: Readonly<Record<Input, tf.Tensor>>,
  runner: Runner,
): { inputs: Record<Input, tf.Tensor>; temporary: tf.Tensor[] } {
  const inputs: Record<Input, tf.Tensor> = { ...given };
  const temporary: tf.Tensor[] = [];
  for (const [name, tensor] of Object.entries(given) as [Input, tf.Tensor | undefined][]) {
    if (tensor === undefined || !runner.isHalf(tensor)) continue;
    if (names.includes(name) && runner.readsHalves(tensor)) continue;
    inputs[name] = tf.engine().makeTensorFromTensorInfo(runner.widened(tensor));
    temporary.push(inputs[name]);
  }
  return { inputs, temporary };
}

/** Whether all that are there are float32: most kernels take nothing else. */
export function isFloat(...tensors: readonly (tf.Tensor | undefined)[]): boolean {
  return tensors.every((tensor) => tensor === undefined || tensor.dtype === "float32");
}

/** The names of those tensors that are stored as halves. */
export function namesInHalves(
  runner: Runner,
  tensors: Readonly<Record<string, tf.TensorInfo | undefined>>,
): readonly string[] {
  return Object.entries(tensors).flatMap(([name, tensor]) =>
    tensor !== undefined && runner.isHalf(tensor) ? [name] : [],
  );
}
