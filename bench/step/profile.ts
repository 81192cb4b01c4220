import * as tf from "@tensorflow/tfjs";

export interface KernelTime {
  readonly kernel: string;
  readonly milliseconds: number;
  readonly calls: number;
  /** Of all calls, convolutions counted as direct; 0 for what is neither a convolution nor a matrix product. */
  readonly flops: number;
}

export type Shapes = Readonly<Record<string, readonly number[] | undefined>>;

/** Times every kernel of the active backend from now on; the result reads, and starts anew. */
export function profileKernels(): () => KernelTime[] {
  const times = new Map<string, { milliseconds: number; calls: number; flops: number }>();
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
            const shapes: Shapes = Object.fromEntries(
              Object.entries(call.inputs).map(([name, input]) => [name, input?.shape]),
            );
            const flops = flopsOf(kernelName, shapes, call.attrs ?? {});
            const key = flops === 0 ? kernelName : `${kernelName} ${describe(shapes)}`;
            const sum = times.get(key) ?? { milliseconds: 0, calls: 0, flops: 0 };
            sum.milliseconds += performance.now() - start;
            sum.calls++;
            sum.flops += flops;
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

/** GFLOP/s of a product whose matrices stay in the cache: what the processor can do, on the threads that there are. */
export function peakOfProducts(): number {
  const [rows, depth, columns] = [960, 256, 256];
  const a = tf.randomNormal([rows, depth]);
  const b = tf.randomNormal([depth, columns]);
  let best = Infinity;
  for (let i = 0; i < 200; i++) {
    const start = performance.now();
    tf.matMul(a, b).dispose();
    best = Math.min(best, performance.now() - start);
  }
  tf.dispose([a, b]);
  return (2 * rows * depth * columns) / best / 1e6;
}

export function describe(shapes: Shapes): string {
  return Object.values(shapes)
    .filter((shape) => shape !== undefined)
    .map((shape) => shape.join("×"))
    .join(", ");
}

/** Of a kernel, convolutions counted as direct; 0 for what is neither a convolution nor a matrix product. */
export function flopsOf(kernel: string, { x, filter, dy, a, b }: Shapes, attrs: tf.NamedAttrMap): number {
  switch (kernel) {
    case tf.Conv2D: {
      const [strideY, strideX] = [attrs.strides].flat() as number[];
      const pixels = x![0] * Math.ceil(x![1] / strideY) * Math.ceil(x![2] / (strideX ?? strideY));
      return 2 * pixels * product(filter!);
    }
    case tf.Conv2DBackpropInput:
    case "Conv2DBackpropInputAdd":
      return 2 * product(dy!.slice(0, 3)) * product(filter!);
    case tf.Conv2DBackpropFilter:
      return 2 * product(dy!.slice(0, 3)) * product(attrs.filterShape as number[]);
    case tf.BatchMatMul:
    case "_FusedMatMul": {
      const columns = b!.at(attrs.transposeB === true ? -2 : -1)!;
      return 2 * product(a!) * columns;
    }
    default:
      return 0;
  }
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
