import {
  ContrastiveError,
  decodeSafetensors,
  encodeSafetensors,
  type Params,
  type SafetensorsFile,
} from "@contrastive/core";
import type { LossScale } from "@contrastive/ops";
import { encodeEncoder } from "./encoder-file.js";
import { disposeModel, type ModelState } from "./model.js";
import { addPrefix, disposeReplaced, withPrefix } from "./params.js";
import { toDevice, toHost } from "./host-tensors.js";
import type { Storage } from "./storage.js";

/** All that moves during training. Random numbers are not among it: they depend on the step alone. */
export interface TrainState {
  /** Steps done. */
  readonly step: number;
  readonly seconds: number;
  readonly weights: Params;
  readonly buffers: Params;
  readonly optimizer: Params;
  /** Of the momentum encoder and its head, where the config has one. */
  readonly momentum?: ModelState;
  /** Of the loss, in mixed precision. */
  readonly lossScale?: LossScale;
  /** By monitor, in the config's order. */
  readonly monitors: readonly Params[];
}

export function disposeState(state: TrainState): void {
  const { weights, buffers, optimizer, momentum, lossScale, monitors } = state;
  for (const part of [weights, buffers, optimizer, { ...lossScale }, ...monitors]) disposeReplaced(part);
  if (momentum !== undefined) disposeModel(momentum);
}

const file = "checkpoint.safetensors";

/** Writes the state in tfjs's own layout, bit for bit. */
export async function writeCheckpoint(storage: Storage, state: TrainState): Promise<void> {
  const parts = {
    ...addPrefix("weights/", state.weights),
    ...addPrefix("buffers/", state.buffers),
    ...addPrefix("optimizer/", state.optimizer),
    ...addPrefix("momentum/weights/", state.momentum?.weights ?? {}),
    ...addPrefix("momentum/buffers/", state.momentum?.buffers ?? {}),
    ...addPrefix("lossScale/", { ...state.lossScale }),
    ...Object.assign({}, ...state.monitors.map((monitor, i) => addPrefix(`monitors/${i}/`, monitor))),
  };
  const metadata = {
    format: "contrastive checkpoint 1",
    step: String(state.step),
    seconds: String(state.seconds),
  };
  await storage.write(file, encodeSafetensors({ tensors: await toHost(parts), metadata }));
}

/** The state last written, or undefined where there is none. The caller owns its tensors. */
export async function readCheckpoint(storage: Storage): Promise<TrainState | undefined> {
  const stored = await decode(storage);
  if (stored === undefined) return undefined;
  const { tensors, metadata } = stored;
  const part = (prefix: string) => toDevice(withPrefix(prefix, tensors));
  const count = new Set(Object.keys(tensors).flatMap((name) => /^monitors\/(\d+)\//.exec(name)?.[1] ?? []))
    .size;
  const lossScale = part("lossScale/");
  const hasMomentum = Object.keys(tensors).some((name) => name.startsWith("momentum/"));
  return {
    step: Number(metadata.step),
    seconds: Number(metadata.seconds),
    weights: part("weights/"),
    buffers: part("buffers/"),
    optimizer: part("optimizer/"),
    ...(hasMomentum && {
      momentum: { weights: part("momentum/weights/"), buffers: part("momentum/buffers/") },
    }),
    ...("scale" in lossScale && { lossScale: lossScale as unknown as LossScale }),
    monitors: Array.from({ length: count }, (_, i) => part(`monitors/${i}/`)),
  };
}

/**
 * The encoder as it was at the last checkpoint, as `weights.safetensors` will hold it; undefined where there is no checkpoint.
 *
 * Needs no backend: it is there for a run that is paused, and for one whose GPU was lost.
 */
export async function checkpointedWeights(storage: Storage): Promise<Uint8Array | undefined> {
  const stored = await decode(storage);
  const part = (prefix: string) => withPrefix(prefix, stored?.tensors ?? {});
  return stored && encodeEncoder(part("weights/encoder."), part("buffers/encoder."));
}

async function decode(storage: Storage): Promise<SafetensorsFile | undefined> {
  const bytes = await storage.read(file);
  if (bytes === undefined) return undefined;
  const who = `${storage.location}/${file}`;
  const decoded = decodeSafetensors(bytes, who);
  const { format } = decoded.metadata;
  if (format === "contrastive checkpoint 1") return decoded;
  throw new ContrastiveError({ who, what: "must be a checkpoint of format 1", got: format });
}
