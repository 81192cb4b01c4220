import { DISPATCHES_IN_SUBMIT } from "../runner/manage-buffers.js";
import type { OpenBackend } from "../runner/private-fields.js";

export interface RecordedDispatch {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly grid: readonly [number, number, number];
}

export interface RecordingPass {
  readonly dispatches: readonly RecordedDispatch[];
  /** Whether something other than a dispatch had its turn, such as a copy, which is not recorded. */
  wasLeft(): boolean;
  /** Submits what is left. */
  finish(): void;
}

/** Puts itself in the place of the backend's compute pass: runs all dispatches, and writes them down. */
export function recordPass(backend: OpenBackend): RecordingPass {
  const { device } = backend;
  const dispatches: RecordedDispatch[] = [];
  let left = false;
  let inEncoder = 0;
  let encoder: GPUCommandEncoder | undefined;
  let pass: GPUComputePassEncoder | undefined;
  let [pipeline, group]: [GPUComputePipeline?, GPUBindGroup?] = [];

  const submit = () => {
    pass?.end();
    if (encoder !== undefined) device.queue.submit([encoder.finish()]);
    encoder = pass = undefined;
    inEncoder = 0;
  };
  const recording: Pick<
    GPUComputePassEncoder,
    "setPipeline" | "setBindGroup" | "dispatchWorkgroups" | "end"
  > = {
    setPipeline: (next) => void (pipeline = next),
    setBindGroup: (_: number, next: GPUBindGroup | null) => void (group = next ?? undefined),
    dispatchWorkgroups(x, y = 1, z = 1) {
      dispatches.push({ pipeline: pipeline!, group: group!, grid: [x, y, z] });
      encoder ??= device.createCommandEncoder();
      pass ??= encoder.beginComputePass();
      pass.setPipeline(pipeline!);
      pass.setBindGroup(0, group!);
      pass.dispatchWorkgroups(x, y, z);
      if (++inEncoder === DISPATCHES_IN_SUBMIT) submit();
      // The backend would end the pass at its own count.
      backend.dispatchCountInPass = 0;
    },
    end() {
      submit();
      left = true;
    },
  };
  // The rest of a pass neither tfjs nor the runner use.
  backend.computePassEncoder = recording as GPUComputePassEncoder;
  return { dispatches, wasLeft: () => left, finish: submit };
}
