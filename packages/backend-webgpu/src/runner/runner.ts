import { ContrastiveError } from "@contrastive/core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import type { Dispatch } from "../shaders/dispatch.js";
import type { Dispatcher } from "./dispatcher.js";
import { byRule, type Tiles } from "../shaders/product/tiles.js";
import { open, type OpenBackend } from "./private-fields.js";
import { createUniformBuffers } from "./uniform-buffers.js";

/** Records shaders into tfjs's own encoder, so that they run in turn with its kernels. */
export interface Runner {
  readonly device: GPUDevice;
  /** Which tiles products are cut into. What was recorded may be recorded anew, and faster, when its version has changed. */
  readonly tiles: Tiles;
  /** A new tensor, not filled. The caller owns it. */
  output(shape: readonly number[], dtype?: "float32" | "int32"): tf.TensorInfo;
  /**
   * A new tensor in the storage of one that the caller gives away: undefined where somebody else holds it too. The old one has no
   * values from then on.
   */
  takeOver(tensor: tf.TensorInfo): tf.TensorInfo | undefined;
  /** Room for partial results; give it to `free` when the last dispatch that uses it is recorded. */
  free(...tensors: readonly tf.TensorInfo[]): void;
  /** Records a dispatch on the tensors' buffers, in the order of the shader's bindings. */
  run(dispatch: Dispatch, tensors: readonly tf.TensorInfo[]): void;
  /** Takes a pipeline that was made elsewhere for the shader of this name and key, unless it has one. */
  adopt(shader: Pick<Dispatch, "name" | "key">, pipeline: GPUComputePipeline): void;
  /** Dispatches since the program began. */
  count(): number;
}

export function createRunner(
  tfjsBackend: WebGPUBackend,
  dispatcher: Dispatcher,
  throwIfFailed: () => void,
  tiles: Tiles = byRule,
): Runner {
  const backend = open(tfjsBackend);
  const { device } = backend;
  const uniformBuffer = createUniformBuffers(device);
  const pipelines = new Map<string, GPUComputePipeline>();
  let recorded = 0;

  const pipelineOf = ({ name, key, code }: Dispatch) => {
    const label = `${name} ${key}`;
    let pipeline = pipelines.get(label);
    if (pipeline === undefined) {
      const module = device.createShaderModule({ code: code(), label });
      pipeline = device.createComputePipeline({
        label,
        layout: "auto",
        compute: { module, entryPoint: "main" },
      });
      pipelines.set(label, pipeline);
    }
    return pipeline;
  };

  return {
    device,
    tiles,
    output(shape, dtype = "float32") {
      // A buffer without room can't be bound or read.
      const values = shape.includes(0) ? tf.util.getTypedArrayFromDType(dtype, 0) : undefined;
      return tfjsBackend.makeTensorInfo([...shape], dtype, values);
    },
    takeOver({ dataId, shape, dtype }) {
      if (tfjsBackend.refCount(dataId) > 1) return undefined;
      backend.uploadToGPU(dataId);
      const old = backend.tensorMap.get(dataId);
      if (old.external === true) return undefined;
      const heir = tfjsBackend.makeTensorInfo(shape, dtype);
      backend.tensorMap.get(heir.dataId).resource = old.resource;
      old.resource = null;
      old.values = null;
      return heir;
    },
    free: (...tensors) => {
      for (const { dataId } of tensors) tfjsBackend.disposeData(dataId);
    },
    run(dispatch, tensors) {
      throwIfFailed();
      checkGrid(device, dispatch);
      for (const { dataId } of tensors) backend.uploadToGPU(dataId);
      const buffers = tensors.map((tensor) => bufferOf(backend, tensor));
      for (const uniforms of [dispatch.uniforms, dispatch.ofStep]) {
        if (uniforms !== undefined) buffers.push(uniformBuffer(uniforms));
      }
      const pipeline = pipelineOf(dispatch);
      dispatcher.dispatch(pipeline, dispatcher.bindGroupOf(pipeline, buffers), dispatch.grid);
      recorded++;
    },
    adopt({ name, key }, pipeline) {
      const label = `${name} ${key}`;
      if (!pipelines.has(label)) pipelines.set(label, pipeline);
    },
    count: () => recorded,
  };
}

function bufferOf(backend: OpenBackend, { dataId }: tf.TensorInfo): GPUBuffer {
  // Just uploaded, if it was not on the GPU.
  return backend.tensorMap.get(dataId).resource!;
}

function checkGrid({ limits }: GPUDevice, { name, grid }: Dispatch): void {
  const most = limits.maxComputeWorkgroupsPerDimension;
  if (grid.every((groups) => (groups ?? 1) <= most)) return;
  throw new ContrastiveError({
    who: 'backend "webgpu"',
    what: `kernel "${name}" needs at most ${most} workgroups in a dimension`,
    got: grid,
    fix: "Use smaller batches",
  });
}
