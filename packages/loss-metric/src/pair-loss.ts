import { ContrastiveError, type Loss, type LossInput, type Space } from "@contrastive/core";
import { repeatRows } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";

/** A batch, every view a row of its own, with its sample's label. */
export interface LabelledRows {
  /** `[rows, dim]`. */
  readonly x: tf.Tensor2D;
  /** int32 `[rows]`. */
  readonly labels: tf.Tensor1D;
}

export interface PairLossSettings {
  readonly name: string;
  /** The factory's name in this package. */
  readonly exported: string;
  readonly options: Readonly<Record<string, unknown>> & { readonly on: Space };
  /** Whether embeddings have unit length. */
  readonly unitLength: boolean;
  readonly compute: (rows: LabelledRows) => { loss: tf.Scalar; metrics: Record<string, tf.Scalar> };
}

/** A loss that compares the rows of a batch with each other, and has no weights. */
export function pairLoss({ name, exported, options, unitLength, compute }: PairLossSettings): Loss {
  return {
    name,
    options,
    source: { module: "@contrastive/loss-metric", export: exported },
    needs: { labels: "index", views: 1, on: [options.on], unitLength, targets: false },
    compute: (input) => tf.tidy(() => compute(labelledRows(name, input, options.on))),
  };
}

function labelledRows(name: string, { embeddings, labels }: LossInput, on: Space): LabelledRows {
  const given = embeddings[on];
  if (given === undefined) throw complaint(name, `compute needs embeddings.${on}`);
  if (labels === undefined) throw complaint(name, "compute needs labels");
  const [batch, views, dim] = given.shape;
  return {
    x: tf.reshape(given, [batch * views, dim]),
    // int32 `[batch]`, as `needs` says.
    labels: repeatRows(labels as tf.Tensor1D, views),
  };
}

function complaint(name: string, what: string): ContrastiveError {
  return new ContrastiveError({ who: `loss "${name}"`, what });
}
