import { ContrastiveError, type Loss, type LossInput, type Progress, type Space } from "@contrastive/core";
import { repeatRows } from "@contrastive/ops";
import * as tf from "@tensorflow/tfjs-core";
import { checkClassLabels } from "./class-labels.js";
import { drawClassVectors } from "./class-vectors.js";

/** A batch, every view a row of its own, beside the vectors that stand for the classes. */
export interface ClassRows {
  /** `[rows, dim]`. */
  readonly x: tf.Tensor2D;
  /** `[classes * perClass, dim]`, of any length; those of a class follow each other. */
  readonly vectors: tf.Tensor2D;
  /** int32 `[rows]`. */
  readonly labels: tf.Tensor1D;
  /** `[rows, classes]`: 1 at the row's class, 0 elsewhere. */
  readonly target: tf.Tensor2D;
}

export interface ClassLossSettings {
  readonly name: string;
  /** The factory's name in this package. */
  readonly exported: string;
  readonly options: Readonly<Record<string, unknown>> & { readonly on: Space };
  /** Whether embeddings have unit length. */
  readonly unitLength: boolean;
  readonly vectors: {
    /** Their name among the weights. */
    readonly name: string;
    /** How many of them a class has; default 1. */
    readonly perClass?: number;
  };
  readonly compute: (
    rows: ClassRows,
    progress: Progress,
  ) => { loss: tf.Scalar; metrics: Record<string, tf.Scalar> };
}

/** A loss that compares the rows of a batch with vectors of its own, one or several a class, which are trained too. */
export function classLoss({
  name,
  exported,
  options,
  unitLength,
  vectors,
  compute,
}: ClassLossSettings): Loss {
  const who = `loss "${name}"`;
  const { on } = options;
  return {
    name,
    options,
    source: { module: "@contrastive/loss-metric", export: exported },
    needs: { labels: "index", views: 1, on: [on], unitLength, targets: false },
    init: (rng, dims, classes) => ({
      weights: {
        [vectors.name]: drawClassVectors(who, rng.fork(vectors.name), {
          space: on,
          dim: dims[on],
          classes,
          perClass: vectors.perClass ?? 1,
        }),
      },
    }),
    checkBatch: (labels, _views, classes) => checkClassLabels(who, labels, classes),
    compute: (input) =>
      tf.tidy(() => {
        const rows = classRows(who, input, on, vectors);
        const { loss, metrics } = compute(rows, input);
        // A label out of range has no target: no number, for it would pass for a sample that is learned.
        return { loss: tf.div<tf.Scalar>(loss, tf.min(tf.sum(rows.target, -1))), metrics };
      }),
  };
}

function classRows(
  who: string,
  { embeddings, labels, weights }: LossInput,
  on: Space,
  { name, perClass = 1 }: ClassLossSettings["vectors"],
): ClassRows {
  const given = embeddings[on];
  if (given === undefined) throw new ContrastiveError({ who, what: `compute needs embeddings.${on}` });
  if (labels === undefined) throw new ContrastiveError({ who, what: "compute needs labels" });
  if (weights[name] === undefined) {
    throw new ContrastiveError({ who, what: `compute needs the weights that init made: ${name}` });
  }
  const vectors = weights[name] as tf.Tensor2D;
  const [batch, views, dim] = given.shape;
  // int32 `[batch]`, as `needs` says.
  const perRow = repeatRows(labels as tf.Tensor1D, views);
  return {
    x: tf.reshape(given, [batch * views, dim]),
    vectors,
    labels: perRow,
    // Cast, for the WebAssembly kernel writes integers even where it is asked for floats.
    target: tf.cast(tf.oneHot(perRow, vectors.shape[0] / perClass), "float32") as tf.Tensor2D,
  };
}
