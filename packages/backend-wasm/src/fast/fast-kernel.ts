import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import { type Kernel, kernel, type KernelCall } from "../kernels/kernel.js";
import type { Runtime } from "./runtime.js";

const runtimes = new WeakMap<BackendWasm, Runtime>();

/** Says what the fast kernels of a backend run on; without it they leave their work to the kernels before them. */
export function setRuntime(backend: BackendWasm, runtime: Runtime): void {
  runtimes.get(backend)?.dispose();
  runtimes.set(backend, runtime);
}

export function runtimeOf(backend: BackendWasm): Runtime | undefined {
  return runtimes.get(backend);
}

/** Types whose values a kernel that only moves them can take. */
export const MOVABLE: readonly DataType[] = ["float32", "int32", "bool"];

/**
 * A kernel made of compiled ones. Where a tensor is not of its types, float32 alone if none are named, the kernel before it is
 * called.
 */
export function fastKernel<Input extends string, Attributes>(
  name: string,
  run: (call: KernelCall<Input, Attributes> & { readonly runtime: Runtime }) => TensorInfo | TensorInfo[],
  types: readonly DataType[] = ["float32"],
): Kernel {
  return kernel<Input, Attributes>(name, (call) => {
    const runtime = runtimeOf(call.backend);
    // tfjs gives an optional input that is missing as undefined.
    const tensors = Object.values<TensorInfo | undefined>(call.inputs);
    if (runtime === undefined || tensors.some((tensor) => !types.includes(tensor?.dtype ?? "float32"))) {
      return call.stock();
    }
    return run({ ...call, runtime });
  });
}
