import type { CompleteConfig, Params, Progress } from "@contrastive/core";
import { averageUpdate, copy } from "@contrastive/ops";
import type { ModelState } from "./model.js";
import { disposeReplaced, tidyKeep } from "./params.js";

/** A momentum encoder as it starts: encoder and head, copied. The loss's own weights have no part in it. */
export function startMomentum({ weights, buffers }: ModelState): ModelState {
  return { weights: copyNetworks(weights), buffers: copyNetworks(buffers) };
}

/**
 * The momentum encoder after a step: `decay * momentum + (1 - decay) * weights` (He et al. 2020, arXiv 1911.05722, eq. 2).
 * Buffers of its own forward pass stay as that left them; without one they follow as the weights do.
 *
 * Consumes `momentum`.
 */
export function advanceMomentum(
  momentum: ModelState,
  trained: ModelState,
  decay: number,
  ranForward: boolean,
): ModelState {
  return {
    weights: follow(momentum.weights, trained.weights, decay),
    buffers: ranForward ? momentum.buffers : follow(momentum.buffers, trained.buffers, decay),
  };
}

/** Of this step. */
export function decayAt(
  { decay }: NonNullable<CompleteConfig["momentumEncoder"]>,
  progress: Progress,
): number {
  return typeof decay === "number" ? decay : decay.at(progress);
}

function follow(slow: Params, fast: Params, decay: number): Params {
  const entries = Object.entries(slow);
  const averages = Object.fromEntries(entries.filter(([, tensor]) => tensor.dtype === "float32"));
  const others = Object.fromEntries(entries.filter(([name]) => !(name in averages)));
  const copies = tidyKeep(() =>
    Object.fromEntries(Object.keys(others).map((name) => [name, copy(fast[name])])),
  );
  disposeReplaced(others);
  return { ...averageUpdate(averages, fast, decay), ...copies };
}

function copyNetworks(params: Params): Params {
  const networks = Object.entries(params).filter(([name]) => !name.startsWith("loss."));
  return tidyKeep(() => Object.fromEntries(networks.map(([name, tensor]) => [name, copy(tensor)])));
}
