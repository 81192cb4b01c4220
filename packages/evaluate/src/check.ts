import { ContrastiveError } from "@contrastive/core";
import type { Features } from "./features.js";

/** What a classifier on frozen features is fitted on and judged by. */
export interface EvaluationData {
  readonly train: Features;
  readonly test: Features;
  /** The number of classes; labels are 0 to `classes - 1`. */
  readonly classes: number;
}

/** Throws unless the two sets fit each other and every class has a training sample. */
export function checkData(who: string, { train, test, classes }: EvaluationData): void {
  if (!Number.isSafeInteger(classes) || classes < 2) {
    throw new ContrastiveError({ who, what: "needs at least two classes", got: classes });
  }
  checkFeatures(who, "train", train, classes);
  checkFeatures(who, "test", test, classes);
  if (train.dim !== test.dim) {
    throw new ContrastiveError({
      who,
      what: `train and test features must have one width, but train has ${train.dim} and test ${test.dim}`,
      fix: "Extract both with the same encoder.",
    });
  }
  const seen = new Set(train.labels);
  if (seen.size === 1) {
    throw new ContrastiveError({ who, what: `all training samples are of class ${train.labels[0]}` });
  }
  for (let label = 0; label < classes; label++) {
    if (!seen.has(label)) {
      throw new ContrastiveError({
        who,
        what: `class ${label} of ${classes} has no training sample`,
        fix: "Give it samples, or number the classes that occur from 0 without gaps.",
      });
    }
  }
}

/** Throws unless the arrays have the sizes they claim, values are finite and labels name a class. */
export function checkFeatures(who: string, set: string, features: Features, classes = Infinity): void {
  const { values, labels, size, dim } = features;
  if (size < 1 || dim < 1 || values.length !== size * dim || labels.length !== size) {
    throw new ContrastiveError({
      who,
      what: `${set} features must be [size, dim] with a label for each row`,
      got: { size, dim, values: values.length, labels: labels.length },
    });
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad !== -1) {
    throw new ContrastiveError({
      who,
      what: `${set} features must be finite: sample ${Math.floor(bad / dim)}, column ${bad % dim}`,
      got: values[bad],
      fix: "The encoder has diverged: train with a lower learning rate or a longer warm-up.",
    });
  }
  const wrong = labels.findIndex((label) => label < 0 || label >= classes);
  if (wrong !== -1) {
    throw new ContrastiveError({
      who,
      what: `${set} labels must be from 0 to ${classes - 1}; sample ${wrong} is not`,
      got: labels[wrong],
    });
  }
}
