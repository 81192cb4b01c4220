import type { Progress } from "@contrastive/core";

/** How far training has come, in epochs and parts of one. */
export function epochOf({ step, stepsPerEpoch }: Progress): number {
  return step / stepsPerEpoch;
}

/** How much of the run is over, in 0..1. */
export function fractionOf({ step, totalSteps }: Progress): number {
  return step <= 0 ? 0 : Math.min(1, step / totalSteps);
}

/** The progress of a part of the run, from one step to another, as if it were a run of its own. */
export function partOf(progress: Progress, from: number, to: number): Progress {
  return { ...progress, step: progress.step - from, totalSteps: Math.max(0, to - from) };
}
