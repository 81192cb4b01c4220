import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type * as tf from "@tensorflow/tfjs-core";
import type { Runner } from "./runner.js";

/**
 * Keeps tfjs's own kernels, and reads, from seeing halves: they get float32 in a tensor of its own.
 *
 * These are all the places where tfjs reads a buffer: its kernels run programs, share storage, or read.
 */
export function hideHalves(backend: WebGPUBackend, runner: Runner): void {
  const run = backend.runWebGPUProgram.bind(backend);
  backend.runWebGPUProgram = (program, inputs, ...rest) => {
    const wide = inputs.map((input) => (runner.isHalf(input) ? runner.widened(input) : input));
    const output = run(program, wide, ...rest);
    runner.free(...wide.filter((tensor, i) => tensor !== inputs[i]));
    return output;
  };
  const { read, readSync, readToGPU } = backend;
  backend.read = async (dataId) => {
    const wide = wideCopy(dataId);
    if (wide === undefined) return read.call(backend, dataId);
    try {
      return await read.call(backend, wide.dataId);
    } finally {
      runner.free(wide);
    }
  };
  backend.readSync = (dataId) => {
    const wide = wideCopy(dataId);
    if (wide === undefined) return readSync.call(backend, dataId);
    const values = readSync.call(backend, wide.dataId);
    runner.free(wide);
    return values;
  };
  backend.readToGPU = (dataId) => {
    const wide = wideCopy(dataId);
    if (wide === undefined) return readToGPU.call(backend, dataId);
    const copy = readToGPU.call(backend, wide.dataId);
    runner.free(wide);
    return copy;
  };

  function wideCopy(dataId: object): tf.TensorInfo | undefined {
    if (!backend.tensorMap.has(dataId)) return undefined;
    const { shape, dtype } = backend.tensorMap.get(dataId);
    const tensor = { dataId, shape, dtype };
    return runner.isHalf(tensor) ? runner.widened(tensor) : undefined;
  }
}
