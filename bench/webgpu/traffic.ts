import { wrap } from "./wrap.js";

/** What a program asked of the GPU. */
export interface Traffic {
  readonly dispatches: number;
  /** Of the buffers that each dispatch binds, each read or written once: the least that has to move. */
  readonly bytes: number;
  /** From the processor to the GPU: how often, and how many bytes. */
  readonly uploads: number;
  readonly uploadedBytes: number;
  readonly submits: number;
  /** By the shader's name. */
  readonly byShader: ReadonlyMap<string, { dispatches: number; bytes: number }>;
}

interface Bound {
  readonly buffers: readonly GPUBuffer[];
}

/** Counts from now on, on every device; call what it returns for the counts since the last call. */
export function countTraffic(): () => Traffic {
  let traffic = nothing();
  const pipelines = new WeakMap<object, string>();
  const groups = new WeakMap<object, Bound>();
  let [pipeline, group]: [string, Bound] = ["", { buffers: [] }];

  wrap(GPUDevice.prototype, "createComputePipeline", (made, [{ label, compute }]) => {
    pipelines.set(made, label ?? compute.entryPoint ?? "");
  });
  wrap(GPUDevice.prototype, "createBindGroup", (made, [{ entries }]) => {
    // Both backends bind whole buffers only.
    const buffers = [...entries].map(({ resource }) => (resource as GPUBufferBinding).buffer);
    groups.set(made, { buffers: buffers.filter(({ usage }) => (usage & GPUBufferUsage.STORAGE) !== 0) });
  });
  wrap(GPUComputePassEncoder.prototype, "setPipeline", (_, [next]) => {
    pipeline = pipelines.get(next) ?? "";
  });
  wrap(GPUComputePassEncoder.prototype, "setBindGroup", (_, [, next]) => {
    group = groups.get(next!) ?? { buffers: [] };
  });
  wrap(GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => {
    const bytes = [...new Set(group.buffers)].reduce((sum, { size }) => sum + size, 0);
    traffic.dispatches++;
    traffic.bytes += bytes;
    const shader = traffic.byShader.get(pipeline) ?? { dispatches: 0, bytes: 0 };
    traffic.byShader.set(pipeline, { dispatches: shader.dispatches + 1, bytes: shader.bytes + bytes });
  });
  const upload = (bytes: number) => {
    traffic.uploads++;
    traffic.uploadedBytes += bytes;
  };
  wrap(GPUQueue.prototype, "writeBuffer", (_, [, , data, , size]) => upload(size ?? data.byteLength));
  wrap(GPUDevice.prototype, "createBuffer", (_, [{ size, mappedAtCreation }]) => {
    if (mappedAtCreation === true) upload(size);
  });
  wrap(GPUQueue.prototype, "submit", () => void traffic.submits++);

  return () => {
    const counted = traffic;
    traffic = nothing();
    return counted;
  };
}

function nothing() {
  return {
    dispatches: 0,
    bytes: 0,
    uploads: 0,
    uploadedBytes: 0,
    submits: 0,
    byShader: new Map<string, { dispatches: number; bytes: number }>(),
  };
}
