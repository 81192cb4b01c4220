import { wrap } from "./wrap.js";

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
  const groups = new WeakMap<object, number>();
  let bound = 0;

  // Of the device itself: the backend may have put one of its own in its place.
  wrap(device, "createBindGroup", (group, [{ entries }]) => {
    const buffers = [...entries].map(({ resource }) => (resource as GPUBufferBinding).buffer);
    groups.set(
      group,
      [...new Set(buffers)].reduce((sum, { size }) => sum + size, 0),
    );
  });
  wrap(GPUComputePassEncoder.prototype, "setBindGroup", (_, [, group]) => {
    bound = groups.get(group!) ?? 0;
  });
  wrap(GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => {
    const pass = passes.at(-1);
    if (pass !== undefined) Object.assign(pass, { name: nameOf(), bytes: bound });
  });
  const { beginComputePass } = GPUCommandEncoder.prototype;
  GPUCommandEncoder.prototype.beginComputePass = function (this: GPUCommandEncoder, descriptor = {}) {
    // Somebody else's measurement.
    if (descriptor.timestampWrites !== undefined) return beginComputePass.call(this, descriptor);
    const first = 2 * passes.length;
    const querySet = (sets[Math.floor(first / QUERIES)] ??= device.createQuerySet({
      type: "timestamp",
      count: QUERIES,
    }));
    passes.push({ name: "", bytes: 0 });
    return beginComputePass.call(this, {
      ...descriptor,
      timestampWrites: {
        querySet,
        beginningOfPassWriteIndex: first % QUERIES,
        endOfPassWriteIndex: (first % QUERIES) + 1,
      },
    });
  };

  return async () => {
    const read = passes;
    if (read.length === 0) return [];
    const size = 16 * read.length;
    const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
    const resolved = device.createBuffer({ size, usage });
    const readable = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    const encoder = device.createCommandEncoder();
    sets.forEach((set, i) => {
      const count = Math.min(QUERIES, 2 * read.length - i * QUERIES);
      if (count > 0) encoder.resolveQuerySet(set, 0, count, resolved, 8 * i * QUERIES);
    });
    encoder.copyBufferToBuffer(resolved, 0, readable, 0, size);
    device.queue.submit([encoder.finish()]);
    passes = [];
    await readable.mapAsync(GPUMapMode.READ);
    const times = new BigUint64Array(readable.getMappedRange());
    const measured = read.map((pass, i) => ({
      ...pass,
      milliseconds: Math.max(0, Number(times[2 * i + 1] - times[2 * i]) / 1e6),
    }));
    readable.destroy();
    resolved.destroy();
    return measured;
  };
}
