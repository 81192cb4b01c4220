import { ContrastiveError, type Precision } from "@contrastive/core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { fitsHalves } from "../shaders/half.js";
import type { Dispatch } from "../shaders/dispatch.js";
import type { Dispatcher } from "./dispatcher.js";
import { byRule, type Tiles } from "../shaders/product/tiles.js";
import { widen } from "../shaders/widen.js";
import { type Halves, halvesOf } from "./halves.js";
import { open, type OpenBackend } from "./private-fields.js";
import { createUniformBuffers } from "./uniform-buffers.js";

/** Records shaders into tfjs's own encoder, so that they run in turn with its kernels. */
export interface Runner {
  readonly device: GPUDevice;
  /** Which tiles products are cut into. What was recorded may be recorded anew, and faster, when its version has changed. */
  readonly tiles: Tiles;
  /** A new tensor, not filled. The caller owns it. */
  output(shape: readonly number[], dtype?: "float32" | "int32" | "bool"): tf.TensorInfo;
  /**
   * A new float32 tensor for an activation or the gradient of one, not filled: its values are stored as halves in mixed precision, if
   * they fit. The caller owns it.
   */
  activation(shape: readonly number[]): tf.TensorInfo;
  /** Whether a tensor's values are stored as halves. */
  isHalf(tensor: tf.TensorInfo): boolean;
  /** Whether they are, and lie as a shader can read them. */
  readsHalves(tensor: tf.TensorInfo): boolean;
  /** The values of one that is stored as halves in a new tensor of floats. The caller owns it. */
  widened(tensor: tf.TensorInfo): tf.TensorInfo;
  /** Whether to multiply as halves, by subgroups' matrices: in mixed precision, where the device has them. */
  usesMatrices(): boolean;
  /** Precision of activations from now on; at first `"float32"`. */
  setPrecision(precision: Precision): void;
  precision(): Precision;
  /**
   * A new tensor in the storage of one that the caller gives away: undefined where somebody else holds it too. The old one has no
   * values from then on.
   */
  takeOver(tensor: tf.TensorInfo): tf.TensorInfo | undefined;
  /** Fills the beginning of a tensor that `output` has just made with bytes, of which there must be a multiple of four. */
  write(tensor: tf.TensorInfo, bytes: Uint8Array<ArrayBuffer>): void;
  /** Room for partial results; give it to `free` when the last dispatch that uses it is recorded. */
  free(...tensors: readonly tf.TensorInfo[]): void;
  /** Records a dispatch on the tensors' buffers, in the order of the shader's bindings. */
  run(dispatch: Dispatch, tensors: readonly tf.TensorInfo[]): void;
  /** Takes a pipeline that was made elsewhere for the shader of this name and key, unless it has one. */
  adopt(shader: Pick<Dispatch, "name" | "key">, pipeline: GPUComputePipeline): void;
  /** Dispatches since the program began. */
  count(): number;
}

export interface RunnerOptions {
  readonly tiles?: Tiles;
  /** Whether subgroups of the device multiply matrices. Default false. */
  readonly matrices?: boolean;
  /** Which tensors are stored as halves. Default: those of all the backend's runners. */
  readonly halves?: Halves;
}

export function createRunner(
  tfjsBackend: WebGPUBackend,
  dispatcher: Dispatcher,
  throwIfFailed: () => void,
  { tiles = byRule, matrices = false, halves = halvesOf(tfjsBackend) }: RunnerOptions = {},
): Runner {
  const backend = open(tfjsBackend);
  const { device } = backend;
  const uniformBuffer = createUniformBuffers(device);
  const pipelines = new Map<string, GPUComputePipeline>();
  let precision: Precision = "float32";
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

  const runner: Runner = {
    device,
    tiles,
    output(shape, dtype = "float32") {
      // A buffer without room can't be bound or read.
      const values = shape.includes(0) ? tf.util.getTypedArrayFromDType(dtype, 0) : undefined;
      return tfjsBackend.makeTensorInfo([...shape], dtype, values);
    },
    activation: (shape) =>
      precision === "mixed" && fitsHalves(shape) ? halves.create(shape) : runner.output(shape),
    isHalf: halves.has,
    readsHalves: halves.areIn,
    widened(tensor) {
      const wide = runner.output(tensor.shape);
      runner.run(widen(tf.util.sizeFromShape(tensor.shape)), [tensor, wide]);
      return wide;
    },
    usesMatrices: () => precision === "mixed" && matrices,
    setPrecision(wanted) {
      precision = wanted;
    },
    precision: () => precision,
    takeOver({ dataId, shape, dtype }) {
      if (tfjsBackend.refCount(dataId) > 1) return undefined;
      backend.uploadToGPU(dataId);
      const old = backend.tensorMap.get(dataId);
      if (old.external === true) return undefined;
      const heir = tfjsBackend.makeTensorInfo(shape, dtype);
      if (halves.has({ dataId })) halves.add(heir);
      backend.tensorMap.get(heir.dataId).resource = old.resource;
      old.resource = null;
      old.values = null;
      return heir;
    },
    write({ dataId }, bytes) {
      throwIfFailed();
      backend.uploadToGPU(dataId);
      // The queue writes before what is encoded and not submitted yet, which may still read the buffer as that of a tensor that is
      // gone: the pool hands it out again at once.
      if (backend.commandEncoder !== null || backend.computePassEncoder !== null) dispatcher.submit();
      device.queue.writeBuffer(bufferOf(backend, { dataId }), 0, bytes);
    },
    free: (...tensors) => {
      for (const { dataId } of tensors) tfjsBackend.disposeData(dataId);
    },
    run(dispatch, tensors) {
      throwIfFailed();
      checkGrid(device, dispatch);
      checkStorage(dispatch, tensors, halves.has);
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
  return runner;
}

function bufferOf(backend: OpenBackend, { dataId }: Pick<tf.TensorInfo, "dataId">): GPUBuffer {
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

/** A shader that took halves for floats would read past their end, and no error would say so. */
function checkStorage(
  { name, halves = [] }: Dispatch,
  tensors: readonly tf.TensorInfo[],
  isHalf: (tensor: tf.TensorInfo) => boolean,
): void {
  tensors.forEach((tensor, binding) => {
    if (isHalf(tensor) === halves.includes(binding)) return;
    throw new ContrastiveError({
      who: 'backend "webgpu"',
      what: `kernel "${name}" must have ${isHalf(tensor) ? "float32" : "halves"} at binding ${binding}`,
      fix: "This is a fault of a kernel: please report it",
    });
  });
}
