import type * as tf from "@tensorflow/tfjs-core";
import type { CompleteConfig, Encoder, Head, ImageShape, Loss, Params, Rng, Space } from "@contrastive/core";
import { addPrefix, disposeReplaced } from "./params.js";

/** The networks of a run; their weights and buffers travel beside them, under `encoder.`, `head.` and `loss.`. */
export interface Model {
  readonly encoder: Encoder;
  /** Absent where the loss takes no projection. */
  readonly head?: Head;
  readonly loss: Loss;
  readonly normalizeRepresentation: boolean;
}

export interface ModelState {
  readonly weights: Params;
  readonly buffers: Params;
}

export function disposeModel({ weights, buffers }: ModelState): void {
  disposeReplaced(weights);
  disposeReplaced(buffers);
}

export function createModel(config: CompleteConfig): Model {
  const { encoder, head, loss, normalizeRepresentation } = config;
  const projects = loss.needs.on.includes("projection");
  return { encoder, ...(projects && head ? { head } : {}), loss, normalizeRepresentation };
}

/** New weights and buffers, each network's from a stream of its own. The caller owns them. */
export function initModel(model: Model, rng: Rng, input: ImageShape, classes: number): ModelState {
  const { encoder, head, loss } = model;
  const dims: Partial<Record<Space, number>> = {
    representation: encoder.dim,
    ...(head ? { projection: head.dim } : {}),
  };
  const none: { weights?: Params; buffers?: Params } = {};
  const parts = {
    "encoder.": encoder.init(rng.fork("encoder"), input),
    "head.": head?.init(rng.fork("head"), encoder.dim) ?? none,
    "loss.": loss.init?.(rng.fork("loss"), dims, classes) ?? none,
  };
  const weights: Record<string, tf.Tensor> = {};
  const buffers: Record<string, tf.Tensor> = {};
  for (const [prefix, part] of Object.entries(parts)) {
    Object.assign(weights, addPrefix(prefix, part.weights ?? {}));
    Object.assign(buffers, addPrefix(prefix, part.buffers ?? {}));
  }
  return { weights, buffers };
}
