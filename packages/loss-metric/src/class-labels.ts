import { ContrastiveError } from "@contrastive/core";

/** Throws where there are no labels, or one is none of a class. */
export function checkClassLabels(
  who: string,
  labels: Int32Array | Float32Array | undefined,
  classes: number,
): void {
  if (labels === undefined) {
    throw new ContrastiveError({ who, what: "it needs labels", fix: "Use a dataset with labels" });
  }
  const strange = labels.findIndex((label) => !(label >= 0 && label < classes));
  if (strange < 0) return;
  throw new ContrastiveError({
    who,
    what: `the label of sample ${strange} of the batch must be in 0..${classes - 1}`,
    got: labels[strange],
    fix: "Count the classes from 0",
  });
}
