import * as tf from "@tensorflow/tfjs-core";
import { ContrastiveError } from "@contrastive/core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

type Output = tf.TensorInfo | tf.TensorInfo[];

export interface KernelCall<Input extends string, Attributes> {
  readonly inputs: Readonly<Record<Input, tf.Tensor>>;
  readonly attrs: Attributes;
  readonly backend: BackendWasm;
  /** What the stock kernel of the name makes of the same call. */
  stock(): Output;
}

/** A kernel that takes the place of the stock one, or of none, on the WASM backend. */
export interface Kernel {
  readonly name: string;
  register(): void;
}

/** A kernel under tfjs's name for it. Ops called inside `run` are not on the tape. */
export function kernel<Input extends string, Attributes>(
  name: string,
  run: (call: KernelCall<Input, Attributes>) => Output,
): Kernel {
  return {
    name,
    register() {
      // tfjs types it as always there.
      const stock = tf.getKernel(name, "wasm") as tf.KernelConfig | undefined;
      if (stock !== undefined) tf.unregisterKernel(name, "wasm");
      tf.registerKernel({
        kernelName: name,
        backendName: "wasm",
        kernelFunc: (call) =>
          run({
            // tfjs passes tensors and the attributes of the kernel, and types both loosely.
            inputs: call.inputs as Record<Input, tf.Tensor>,
            attrs: call.attrs as unknown as Attributes,
            backend: call.backend as BackendWasm,
            stock() {
              if (stock === undefined) {
                throw new ContrastiveError({
                  who: `backend "wasm"`,
                  what: `kernel "${name}" can't take tensors of these types, or this data format`,
                  fix: "Use float32 tensors with the channels last",
                });
              }
              return stock.kernelFunc(call);
            },
          }),
      });
    },
  };
}

/** A new float32 output, filled with zeros: the heap hands out used memory. */
export function zeros(backend: BackendWasm, shape: readonly number[]): tf.TensorInfo {
  const output = backend.makeOutput([...shape], "float32");
  backend.typedArrayFromHeap(output).fill(0);
  return output;
}

/** A float32 tensor's values, in place. Take it after all allocations: growth of the heap detaches it. */
export function floats(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
  // What it is for float32, the type it is given.
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}
