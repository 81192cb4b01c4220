import { complaint } from "./complaint.js";

/** Throws for a label that is no class, and for shares that are negative, no number, or all 0. */
export function checkLabels(
  labels: Int32Array | Float32Array | undefined,
  kind: "index" | "soft",
  classes: number,
): void {
  if (labels === undefined) return;
  if (kind === "index") checkIndices(labels, classes);
  else checkShares(labels, classes);
}

function checkIndices(labels: Int32Array | Float32Array, classes: number): void {
  const strange = labels.findIndex((label) => !(label >= 0 && label < classes));
  if (strange < 0) return;
  throw complaint({
    what: `the label of sample ${strange} of the batch must be in 0..${classes - 1}`,
    got: labels[strange],
    fix: "Check the labels of the dataset",
  });
}

function checkShares(labels: Int32Array | Float32Array, classes: number): void {
  const strange = labels.findIndex((share) => !(share >= 0 && share < Infinity));
  if (strange >= 0) {
    throw complaint({
      what: `number ${strange} of the batch's soft labels must be finite and >= 0`,
      got: labels[strange],
      fix: "Check the soft labels of the dataset",
    });
  }
  for (let at = 0; at < labels.length; at += classes) {
    if (labels.subarray(at, at + classes).some((share) => share > 0)) continue;
    throw complaint({
      what: `sample ${at / classes} of the batch has no class: its soft labels are all 0`,
      fix: "Give each sample a class, or leave it out",
    });
  }
}
