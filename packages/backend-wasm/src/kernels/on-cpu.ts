import * as tf from "@tensorflow/tfjs-core";
import { type Kernel, kernel } from "./kernel.js";

/**
 * Kernels that are wrong in the stock build, and too rare in an image encoder to be written anew: they run on the
 * plain JavaScript backend. (Dilation forgets that values may be negative; the other disagrees with finite differences.)
 */
export const onCpu: readonly Kernel[] = [
  tf.Conv3DBackpropInputV2,
  tf.Dilation2D,
  tf.Dilation2DBackpropFilter,
  tf.Dilation2DBackpropInput,
].map((name) =>
  kernel<string, tf.NamedAttrMap>(name, ({ inputs, attrs, backend }) => {
    const cpu = tf.findBackend("cpu");
    const moved = Object.fromEntries(
      Object.entries(inputs).map(([input, { dataId, shape, dtype }]) => [
        input,
        // Some of these kernels ask for the rank, which only a tensor has by type.
        { dataId: cpu.write(backend.readSync(dataId), shape, dtype), shape, dtype, rank: shape.length },
      ]),
    );
    // All of these have one output.
    const output = tf.getKernel(name, "cpu").kernelFunc({ inputs: moved, attrs, backend: cpu });
    const { dataId, shape, dtype } = output as tf.TensorInfo;
    const result = backend.makeOutput(shape, dtype, undefined, cpu.readSync(dataId));
    for (const info of [output as tf.TensorInfo, ...Object.values(moved)]) cpu.disposeData(info.dataId);
    return result;
  }),
);
