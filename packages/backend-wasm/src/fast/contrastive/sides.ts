import type * as tf from "@tensorflow/tfjs-core";
import { bytes } from "../bytes.js";
import type { Runtime } from "../runtime.js";

export type ContrastiveInputs = Readonly<
  Record<
    | "anchors"
    | "contrasts"
    | "anchorIds"
    | "contrastIds"
    | "anchorSamples"
    | "contrastSamples"
    | "anchorLabels"
    | "contrastLabels",
    tf.Tensor
  >
>;

/** Anchors or contrasts: how many, and the addresses of what belongs to them. */
export interface Side {
  readonly rows: number;
  readonly x: number;
  readonly ids: number;
  readonly samples: number;
  readonly labels: number;
}

/** Of a row of both sides. */
export function dimOf({ anchors }: ContrastiveInputs): number {
  // `[rows, dim]`, as the operation has checked.
  return anchors.shape[1] as number;
}

export function anchorSide({ addressOf }: Runtime, inputs: ContrastiveInputs): Side {
  return {
    rows: inputs.anchors.shape[0],
    x: addressOf(inputs.anchors),
    ids: addressOf(inputs.anchorIds),
    samples: addressOf(inputs.anchorSamples),
    labels: addressOf(inputs.anchorLabels),
  };
}

export function contrastSide({ addressOf }: Runtime, inputs: ContrastiveInputs): Side {
  return {
    rows: inputs.contrasts.shape[0],
    x: addressOf(inputs.contrasts),
    ids: addressOf(inputs.contrastIds),
    samples: addressOf(inputs.contrastSamples),
    labels: addressOf(inputs.contrastLabels),
  };
}

/** The arguments of a kernel that has the rows of `own` in its lanes, with those of `other` passing by. */
export function facing(own: Side, other: Side) {
  return {
    ...own,
    otherRows: other.rows,
    otherIds: other.ids,
    otherSamples: other.samples,
    otherLabels: other.labels,
    lanesPerTask: lanesPerTask(own.rows),
  };
}

export function tasksOf({ rows }: Side): number {
  return Math.ceil(rows / lanesPerTask(rows));
}

/** A multiple of eight. Many rows in a task read the other side seldom; few leave tasks for many threads. */
function lanesPerTask(rows: number): number {
  return Math.min(64, Math.max(16, 8 * Math.ceil(rows / 128)));
}

/** Bytes of scratch memory: a task's rows and their sums, vectors for each four of them, and two panels of products. */
export function scratchBytes({ layout }: Runtime, { rows }: Side, dim: number): number {
  const lanes = lanesPerTask(rows);
  return 256 + bytes(lanes, 2 * dim + 8) + bytes(lanes, 16) + bytes(2, layout.blockRows, 8);
}
