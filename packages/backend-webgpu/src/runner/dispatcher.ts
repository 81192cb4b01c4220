import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { open } from "./private-fields.js";

/** Encodes dispatches into tfjs's own encoder, so that they run in turn with its kernels. */
export interface Dispatcher {
  /** Made once for the same buffers, whole, in the order of the bindings. */
  bindGroupOf(pipeline: GPUComputePipeline, buffers: readonly GPUBuffer[]): GPUBindGroup;
  /** What a bind group binds, whoever made it; undefined where it binds more than buffers. */
  buffersOf(group: GPUBindGroup): readonly GPUBuffer[] | undefined;
  dispatch(pipeline: GPUComputePipeline, group: GPUBindGroup, grid: readonly (number | undefined)[]): void;
  /** Submits what is encoded. */
  submit(): void;
  /** Drops the bind groups, whose buffers may be gone. */
  forget(): void;
}

/** Bind groups that are kept; more than a step of a large network has. */
const MOST_BIND_GROUPS = 4096;

export function createDispatcher(tfjsBackend: WebGPUBackend): Dispatcher {
  const backend = open(tfjsBackend);
  const { device } = backend;
  const bindGroups = new Map<string, GPUBindGroup>();
  const buffersOf = rememberBuffers(device);
  const numberOf = createNumbers();

  const submit = () => {
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.submitQueue();
  };

  return {
    buffersOf,
    submit,
    bindGroupOf(pipeline, buffers) {
      let key = `${numberOf(pipeline)}`;
      for (const buffer of buffers) key += `,${numberOf(buffer)}`;
      let group = bindGroups.get(key);
      if (group === undefined) {
        if (bindGroups.size >= MOST_BIND_GROUPS) bindGroups.clear();
        group = device.createBindGroup({
          layout: pipeline.getBindGroupLayout(0),
          entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
        });
        bindGroups.set(key, group);
      }
      return group;
    },
    dispatch(pipeline, group, [x, y, z]) {
      backend.ensureCommandEncoderReady();
      const pass = (backend.computePassEncoder ??= backend.commandEncoder!.beginComputePass());
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(x!, y, z);
      if (tf.env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE") <= ++backend.dispatchCountInPass) submit();
    },
    forget: () => bindGroups.clear(),
  };
}

/** Of each bind group that the device makes from now on, its buffers. */
function rememberBuffers(device: GPUDevice): Dispatcher["buffersOf"] {
  const known = new WeakMap<GPUBindGroup, readonly GPUBuffer[]>();
  const create = device.createBindGroup.bind(device);
  device.createBindGroup = (descriptor) => {
    const group = create(descriptor);
    const buffers: GPUBuffer[] = [];
    for (const { resource } of descriptor.entries) {
      if (!("buffer" in resource)) return group;
      buffers.push(resource.buffer);
    }
    known.set(group, buffers);
    return group;
  };
  return (group) => known.get(group);
}

/** A number for each object, for keys. */
function createNumbers(): (object: object) => number {
  const numbers = new WeakMap<object, number>();
  let next = 0;
  return (object) => {
    let number = numbers.get(object);
    if (number === undefined) numbers.set(object, (number = next++));
    return number;
  };
}
