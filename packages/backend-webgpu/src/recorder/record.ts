import type { Recorder, Recording } from "@contrastive/ops";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type * as tf from "@tensorflow/tfjs-core";
import type { BufferPool } from "../runner/buffer-pool.js";
import type { Dispatcher } from "../runner/dispatcher.js";
import type { Runner } from "../runner/runner.js";
import { open } from "../runner/private-fields.js";
import { type Arena, createArena } from "./arena.js";
import { createPlan, type Output } from "./plan.js";
import { recordPass, type RecordingPass } from "./recording-pass.js";

/**
 * Records what a function dispatches: pipelines, buffers and grids. A replay encodes the same with other inputs and outputs, without
 * running the function, tfjs or a kernel.
 *
 * What the function allocates comes from an arena that the recording keeps.
 */
export function createRecorder(
  tfjsBackend: WebGPUBackend,
  runner: Runner,
  dispatcher: Dispatcher,
  throwIfFailed: () => void,
): Recorder {
  const backend = open(tfjsBackend);

  const record = (inputs: readonly tf.Tensor[], f: () => readonly tf.Tensor[]) => {
    const buffers = inputs.map((input) => bufferOf(input));
    // What is recorded is submitted apart from what was encoded before, such as uploads.
    dispatcher.submit();
    const pool = backend.bufferManager as BufferPool;
    // The arena takes as much.
    pool.trim();
    dispatcher.forget();
    const arena = createArena(backend.device);
    backend.bufferManager = arena;
    const pass = recordPass(backend);
    let outputs: readonly tf.Tensor[] | undefined;
    let recording: Recording | undefined;
    try {
      outputs = f();
    } finally {
      pass.finish();
      // The one that the backend opened where the recording was left it closes itself.
      if (!pass.wasLeft()) backend.computePassEncoder = null;
      // Hands the arena what tfjs would release after a submission.
      dispatcher.submit();
      backend.bufferManager = pool;
      recording = outputs && planOf({ inputs, buffers, outputs, arena, pass });
      for (const buffer of arena.live) pool.adopt(arena.give(buffer));
      if (recording === undefined) arena.dispose();
    }
    return { outputs, ...(recording && { recording }) };
  };

  const bufferOf = ({ dataId, size }: tf.TensorInfo & { size: number }): GPUBuffer | undefined => {
    if (size === 0) return undefined;
    backend.uploadToGPU(dataId);
    return backend.tensorMap.get(dataId).resource!;
  };

  /** Undefined where what was recorded can't be done again. */
  const planOf = ({ inputs, buffers, outputs, arena, pass }: Recorded): Recording | undefined => {
    const given = buffers.filter((buffer) => buffer !== undefined);
    const stillThere = inputs.every(({ dataId, size, isDisposed }, i) => {
      return size === 0 || (!isDisposed && backend.tensorMap.get(dataId).resource === buffers[i]);
    });
    if (inputs.some(runner.isHalf) || pass.wasLeft() || !stillThere || new Set(given).size < given.length)
      return undefined;
    const made = outputs.map((tensor) => outputOf(tensor, inputs, buffers, arena));
    if (made.includes(undefined)) return undefined;
    const results = made as Output[];
    const returned = new Set(results.flatMap((output) => ("buffer" in output ? [output.buffer] : [])));
    // The function keeps something for itself.
    if (returned.size < arena.live.size) return undefined;
    const known = (buffer: GPUBuffer | undefined) =>
      buffer !== undefined &&
      (arena.has(buffer) || given.includes(buffer) || (buffer.usage & GPUBufferUsage.UNIFORM) !== 0);
    if (!pass.dispatches.every(({ group }) => dispatcher.buffersOf(group)?.every(known) === true))
      return undefined;
    return createPlan({
      tfjsBackend,
      runner,
      dispatcher,
      throwIfFailed,
      dispatches: pass.dispatches,
      inputs: buffers,
      outputs: results,
      dispose() {
        // What is encoded may still use its buffers.
        dispatcher.submit();
        arena.dispose();
      },
    });
  };

  const outputOf = (
    tensor: tf.Tensor,
    inputs: readonly tf.Tensor[],
    buffers: readonly (GPUBuffer | undefined)[],
    arena: Arena,
  ): Output | undefined => {
    const { shape, dtype, dataId } = tensor;
    const same = inputs.indexOf(tensor);
    if (same >= 0) return { same };
    const { resource, values } = backend.tensorMap.get(dataId);
    if (resource == null) return values == null ? undefined : { values: values as Values, shape, dtype };
    const input = buffers.indexOf(resource);
    if (input >= 0) return { input, shape, dtype };
    if (!arena.live.has(resource) || arena.isConstant(resource)) return undefined;
    return { buffer: resource, isHalf: runner.isHalf(tensor), shape, dtype };
  };

  // Tiles and precision in one number.
  const version = () => 2 * runner.tiles.version + (runner.precision() === "mixed" ? 1 : 0);

  return { record, version };
}

type Values = Exclude<tf.BackendValues, Uint8Array[]>;

interface Recorded {
  readonly inputs: readonly tf.Tensor[];
  /** Of the inputs; a tensor of no values has none. */
  readonly buffers: readonly (GPUBuffer | undefined)[];
  readonly outputs: readonly tf.Tensor[];
  readonly arena: Arena;
  readonly pass: RecordingPass;
}
