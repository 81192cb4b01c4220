/** Measures the time that the GPU takes. */
export interface Stopwatch {
  /** Milliseconds of a pass, which is submitted at once. */
  time(record: (pass: GPUComputePassEncoder) => void): Promise<number>;
  destroy(): void;
}

/** By the GPU's own clock where the device has it in reach. */
export function createStopwatch(
  device: GPUDevice,
  { timestamps = device.features.has("timestamp-query") } = {},
): Stopwatch {
  return timestamps ? byTimestamps(device) : byWaiting(device);
}

function byTimestamps(device: GPUDevice): Stopwatch {
  const querySet = device.createQuerySet({ type: "timestamp", count: 2 });
  const bytes = 16;
  const resolved = device.createBuffer({
    size: bytes,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const readable = device.createBuffer({
    size: bytes,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  return {
    async time(record) {
      submit(device, record, {
        timestampWrites: { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
        after(encoder) {
          encoder.resolveQuerySet(querySet, 0, 2, resolved, 0);
          encoder.copyBufferToBuffer(resolved, 0, readable, 0, bytes);
        },
      });
      await readable.mapAsync(GPUMapMode.READ);
      const [begin, end] = new BigUint64Array(readable.getMappedRange());
      readable.unmap();
      return end > begin ? Number(end - begin) / 1e6 : 0;
    },
    destroy() {
      querySet.destroy();
      resolved.destroy();
      readable.destroy();
    },
  };
}

/** What else the GPU has to do meanwhile counts too: good for the least of several times only. */
function byWaiting(device: GPUDevice): Stopwatch {
  return {
    async time(record) {
      await device.queue.onSubmittedWorkDone();
      const begin = performance.now();
      submit(device, record);
      await device.queue.onSubmittedWorkDone();
      return performance.now() - begin;
    },
    destroy() {},
  };
}

function submit(
  device: GPUDevice,
  record: (pass: GPUComputePassEncoder) => void,
  { after, ...descriptor }: GPUComputePassDescriptor & { after?: (encoder: GPUCommandEncoder) => void } = {},
): void {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass(descriptor);
  record(pass);
  pass.end();
  after?.(encoder);
  device.queue.submit([encoder.finish()]);
}
