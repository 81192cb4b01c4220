import * as tf from "@tensorflow/tfjs";

export interface KernelTime {
  readonly kernel: string;
  readonly milliseconds: number;
  readonly calls: number;
}

/** Times every kernel of the active backend from now on; the result reads, and starts anew. */
export function profileKernels(
  detail: (kernel: string, inputs: tf.NamedTensorInfoMap) => string,
): () => KernelTime[] {
  const times = new Map<string, { milliseconds: number; calls: number }>();
  let depth = 0;
  for (const config of tf.getKernelsForBackend(tf.getBackend())) {
    const { kernelName, backendName, kernelFunc } = config;
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({
      ...config,
      kernelFunc(call) {
        const start = performance.now();
        depth++;
        try {
          return kernelFunc(call);
        } finally {
          depth--;
          // A kernel made of others counts as a whole.
          if (depth === 0) {
            const key = detail(kernelName, call.inputs);
            const sum = times.get(key) ?? { milliseconds: 0, calls: 0 };
            sum.milliseconds += performance.now() - start;
            sum.calls++;
            times.set(key, sum);
          }
        }
      },
    });
  }
  return () => {
    const rows = [...times].map(([kernel, time]) => ({ kernel, ...time }));
    times.clear();
    return rows.sort((a, b) => b.milliseconds - a.milliseconds);
  };
}
