import type { Recording } from "@contrastive/ops";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import type { Dispatcher } from "../runner/dispatcher.js";
import { open } from "../runner/private-fields.js";
import type { Runner } from "../runner/runner.js";
import type { RecordedDispatch } from "./recording-pass.js";

interface Typed {
  readonly shape: number[];
  readonly dtype: tf.DataType;
}

/** What a recorded function returned. */
export type Output =
  /** One of its inputs, by position. */
  | { readonly same: number }
  /** Another tensor with the values of one. */
  | ({ readonly input: number } & Typed)
  /** What the processor had written. */
  | ({ readonly values: Exclude<tf.BackendValues, Uint8Array[]> } & Typed)
  /** What the GPU computes into a buffer; several tensors may share it. */
  | ({ readonly buffer: GPUBuffer; readonly isHalf: boolean } & Typed);

export interface PlanParts {
  readonly tfjsBackend: WebGPUBackend;
  readonly runner: Runner;
  readonly dispatcher: Dispatcher;
  readonly throwIfFailed: () => void;
  readonly dispatches: readonly RecordedDispatch[];
  /** The buffers that the inputs had. */
  readonly inputs: readonly (GPUBuffer | undefined)[];
  readonly outputs: readonly Output[];
  readonly dispose: () => void;
}

/** A dispatch whose buffers are always the same, or one that binds some by their number in a replay. */
type Step =
  | RecordedDispatch
  | (Omit<RecordedDispatch, "group"> & { readonly buffers: readonly (GPUBuffer | number)[] });

/** Encodes recorded dispatches again, with the buffers of other inputs and of new outputs in the place of the recorded ones. */
export function createPlan(parts: PlanParts): Recording {
  const { tfjsBackend, runner, dispatcher, throwIfFailed, outputs, dispose } = parts;
  const backend = open(tfjsBackend);
  const steps = stepsOf(parts);

  const bufferOf = ({ dataId }: tf.TensorInfo): GPUBuffer => {
    backend.uploadToGPU(dataId);
    return backend.tensorMap.get(dataId).resource!;
  };

  return {
    replay(inputs) {
      throwIfFailed();
      const actual: (GPUBuffer | undefined)[] = inputs.map((input) =>
        input.size === 0 ? undefined : bufferOf(input),
      );
      const made = new Map<GPUBuffer, tf.Tensor>();
      const tensors = outputs.map((output) => {
        if ("same" in output) return inputs[output.same];
        if ("input" in output) return share(tfjsBackend, inputs[output.input], output);
        if ("values" in output) return tf.keep(tf.tensor(output.values.slice(), output.shape, output.dtype));
        const twin = made.get(output.buffer);
        if (twin !== undefined) return share(tfjsBackend, twin, output);
        const { shape, dtype, isHalf } = output;
        const info = isHalf ? runner.activation(shape) : tfjsBackend.makeTensorInfo(shape, dtype);
        actual.push(bufferOf(info));
        const tensor = tf.keep(tf.engine().makeTensorFromTensorInfo(info, tfjsBackend));
        made.set(output.buffer, tensor);
        return tensor;
      });
      for (const step of steps) {
        const { pipeline, grid } = step;
        const group =
          "group" in step
            ? step.group
            : dispatcher.bindGroupOf(
                pipeline,
                step.buffers.map((buffer) => (typeof buffer === "number" ? actual[buffer]! : buffer)),
              );
        dispatcher.dispatch(pipeline, group, grid);
      }
      return tensors;
    },
    dispose,
  };
}

function stepsOf({ dispatches, inputs, outputs, dispatcher }: PlanParts): Step[] {
  const numbers = new Map<GPUBuffer, number>();
  inputs.forEach((buffer, i) => buffer && numbers.set(buffer, i));
  let next = inputs.length;
  for (const output of outputs) {
    if ("buffer" in output && !numbers.has(output.buffer)) numbers.set(output.buffer, next++);
  }
  return dispatches.map((dispatch) => {
    const buffers = dispatcher.buffersOf(dispatch.group)!;
    if (!buffers.some((buffer) => numbers.has(buffer))) return dispatch;
    const { pipeline, grid } = dispatch;
    return { pipeline, grid, buffers: buffers.map((buffer) => numbers.get(buffer) ?? buffer) };
  });
}

/** Another tensor on the same values. */
function share(backend: WebGPUBackend, { dataId }: tf.Tensor, { shape, dtype }: Typed): tf.Tensor {
  backend.incRef(dataId);
  return tf.keep(tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype }, backend));
}
