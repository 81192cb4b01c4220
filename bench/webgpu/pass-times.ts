/** A compute pass that the GPU has run. */
export interface Pass {
  readonly milliseconds: number;
  /** Of the buffers that its last dispatch was bound to, each once. */
  readonly bytes: number;
  /** What `nameOf` gave when it was dispatched. */
  readonly name: string;
}

/** Queries of a set: the most that WebGPU allows. */
const QUERIES = 4096;

/**
 * From now on measures every compute pass of a device by the GPU's clock; the result reads what was measured since the last call,
 * once all that was submitted has run. Undefined where the device has no such clock.
 */
export function timePasses(
  device: GPUDevice,
  nameOf: () => string = () => "",
): (() => Promise<readonly Pass[]>) | undefined {
  if (!device.features.has("timestamp-query")) return undefined;
  const sets: GPUQuerySet[] = [];
  let passes: { name: string; bytes: number }[] = [];
  const groups = new WeakMap<GPUBindGroup, number>();
  const open = new WeakMap<GPUComputePassEncoder, { name: string; bytes: number; bound: number }>();

  const { createBindGroup } = GPUDevice.prototype;
  GPUDevice.prototype.createBindGroup = function (descriptor) {
    const group = createBindGroup.call(this, descriptor);
    const buffers = new Set([...descriptor.entries].flatMap(({ resource }) => bufferIn(resource)));
    groups.set(
      group,
      [...buffers].reduce((sum, { size }) => sum + size, 0),
    );
    return group;
  };
  const { beginComputePass } = GPUCommandEncoder.prototype;
  GPUCommandEncoder.prototype.beginComputePass = function (descriptor = {}) {
    // Somebody else's measurement.
    if (descriptor.timestampWrites !== undefined) return beginComputePass.call(this, descriptor);
    const first = 2 * passes.length;
    const querySet = (sets[Math.floor(first / QUERIES)] ??= device.createQuerySet({
      type: "timestamp",
      count: QUERIES,
    }));
    const pass = beginComputePass.call(this, {
      ...descriptor,
      timestampWrites: {
        querySet,
        beginningOfPassWriteIndex: first % QUERIES,
        endOfPassWriteIndex: (first % QUERIES) + 1,
      },
    });
    const row = { name: "", bytes: 0, bound: 0 };
    passes.push(row);
    open.set(pass, row);
    return pass;
  };
  const { setBindGroup, dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.setBindGroup = function (index: number, group: GPUBindGroup, ...rest: []) {
    const row = open.get(this);
    if (row !== undefined) row.bound = groups.get(group) ?? 0;
    setBindGroup.call(this, index, group, ...rest);
  } as typeof setBindGroup;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...grid) {
    const row = open.get(this);
    if (row !== undefined) Object.assign(row, { name: nameOf(), bytes: row.bound });
    dispatchWorkgroups.apply(this, grid);
  };

  return async () => {
    const read = passes;
    if (read.length === 0) return [];
    const bytes = 16 * read.length;
    const resolved = device.createBuffer({
      size: bytes,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
    const readable = device.createBuffer({
      size: bytes,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    });
    const encoder = device.createCommandEncoder();
    sets.forEach((set, i) => {
      const count = Math.min(QUERIES, 2 * read.length - i * QUERIES);
      if (count > 0) encoder.resolveQuerySet(set, 0, count, resolved, 8 * i * QUERIES);
    });
    encoder.copyBufferToBuffer(resolved, 0, readable, 0, bytes);
    device.queue.submit([encoder.finish()]);
    passes = [];
    await readable.mapAsync(GPUMapMode.READ);
    const times = new BigUint64Array(readable.getMappedRange());
    const measured = read.map(({ name, bytes }, i) => ({
      name,
      bytes,
      milliseconds: Math.max(0, Number(times[2 * i + 1] - times[2 * i]) / 1e6),
    }));
    readable.destroy();
    resolved.destroy();
    return measured;
  };
}

function bufferIn(resource: GPUBindingResource): GPUBuffer[] {
  return "buffer" in resource ? [resource.buffer] : [];
}
