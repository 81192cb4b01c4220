import * as tf from "@tensorflow/tfjs-core";
import { TENSORFLOW, type TensorFlowBackend } from "../tensorflow.js";

export interface KernelCall<Input extends string, A> {
  readonly inputs: Readonly<Record<Input, tf.Tensor>>;
  readonly attrs: A;
  readonly backend: TensorFlowBackend;
  /** What the stock kernel of the name makes of other inputs and attributes. */
  stock(inputs: Readonly<Partial<Record<Input, tf.Tensor>>>, attrs: A): tf.Tensor;
}

export interface Kernel {
  readonly name: string;
  register(): void;
}

/** A kernel that takes the place of tfjs-node's, or of none. What `run` makes besides its results is freed; nothing of it is taped. */
export function kernel<Input extends string, A extends object>(
  name: string,
  run: (call: KernelCall<Input, A>) => tf.Tensor | tf.Tensor[],
): Kernel {
  return {
    name,
    register() {
      // tfjs types it as always there.
      const stock = tf.getKernel(name, TENSORFLOW) as tf.KernelConfig | undefined;
      if (stock !== undefined) tf.unregisterKernel(name, TENSORFLOW);
      tf.registerKernel({
        kernelName: name,
        backendName: TENSORFLOW,
        // tfjs passes tensors and the attributes of the kernel, and types both loosely.
        kernelFunc: ({ inputs, attrs, backend }) =>
          tf.tidy(() =>
            run({
              inputs: inputs as Record<Input, tf.Tensor>,
              attrs: attrs as unknown as A,
              backend: backend as TensorFlowBackend,
              stock: (others, attributes) =>
                asTensor(
                  stock!.kernelFunc({
                    inputs: others as tf.NamedTensorInfoMap,
                    attrs: attributes as unknown as tf.NamedAttrMap,
                    backend,
                  }),
                ),
            }),
          ),
      });
    },
  };
}

/** Kernels of tfjs-node's give tensors, or what is known of one. */
function asTensor(output: tf.TensorInfo | tf.TensorInfo[]): tf.Tensor {
  const [info] = Array.isArray(output) ? output : [output];
  return info instanceof tf.Tensor ? info : tf.engine().makeTensorFromTensorInfo(info);
}
