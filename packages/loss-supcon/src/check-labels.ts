import type { Loss } from "@contrastive/core";
import { complaint } from "./complaint.js";
import type { CompleteSupConOptions } from "./options.js";

/** What `supCon` refuses in a batch's labels, if there is anything that it may refuse. */
export function checkOf(options: CompleteSupConOptions): Loss["checkBatch"] {
  const { classWeights, withoutPositives } = options;
  if (withoutPositives !== "error" && classWeights === "none") return undefined;
  return (labels, views, classes) => {
    if (classWeights !== "none") checkWeighted(labels, classWeights, options);
    if (withoutPositives === "error") {
      if (options.labels === "soft") checkOverlaps(labels, views, classes, options);
      else checkPositives(labels, views, options);
    }
  };
}

/** Throws where a class has no weight. */
function checkWeighted(
  labels: Int32Array | Float32Array | undefined,
  classWeights: readonly number[],
  options: CompleteSupConOptions,
): void {
  if (labels === undefined) {
    throw complaint({ what: "classWeights need labels", fix: 'Use labelled data, or classWeights: "none"' });
  }
  if (options.labels === "soft") return;
  const strange = labels.findIndex((label) => !(label >= 0 && label < classWeights.length));
  if (strange < 0) return;
  throw complaint({
    what: `the label of sample ${strange} of the batch must be in 0..${classWeights.length - 1}, as classWeights has it`,
    got: labels[strange],
  });
}

/** Throws if an anchor would have no positive, or none of the negatives that `"only-negatives"` divides by. */
function checkPositives(
  labels: Int32Array | Float32Array | undefined,
  views: number,
  options: CompleteSupConOptions,
): void {
  const { denominator, positivesCap } = options;
  const counts = new Map<number, number>();
  for (const label of labels ?? []) counts.set(label, (counts.get(label) ?? 0) + 1);
  // Another view of the anchor's sample is a positive whatever the cap.
  if (views === 1) {
    if (labels === undefined || positivesCap === 0) {
      refuse(
        "no anchor has a positive: there is one view",
        labels === undefined ? "and there are no labels" : "and positivesCap is 0",
      );
    }
    const alone = labels.findIndex((label) => counts.get(label) === 1);
    if (alone >= 0) {
      refuse(
        `sample ${alone} of the batch has no positive: it is the only one with label ${labels[alone]}`,
        "and there is one view",
      );
    }
  }
  if (denominator === "only-negatives" && counts.size === 1) {
    refuse("no anchor has a negative", `all labels are ${labels?.[0]}`);
  }
}

/** The same of rows of classes. */
function checkOverlaps(
  labels: Int32Array | Float32Array | undefined,
  views: number,
  classes: number,
  options: CompleteSupConOptions,
): void {
  if (labels === undefined) {
    checkPositives(labels, views, options);
    return;
  }
  const rows = Array.from({ length: labels.length / classes }, (_, i) =>
    labels.subarray(i * classes, (i + 1) * classes),
  );
  const members = Array.from({ length: classes }, (_, c) => rows.filter((row) => row[c] > 0).length);
  rows.forEach((row, sample) => {
    if (!row.some((share) => share > 0))
      refuse(`sample ${sample} of the batch has no positive`, "it has no class");
    if (views > 1 || (options.positivesCap !== 0 && row.some((share, c) => share > 0 && members[c] > 1)))
      return;
    refuse(`sample ${sample} of the batch has no positive: no other shares a class`, "and there is one view");
  });
  if (options.denominator === "only-negatives" && members.some((count) => count === rows.length)) {
    refuse("no anchor has a negative", "all samples share a class");
  }
}

function refuse(what: string, why: string): never {
  throw complaint({
    what: `${what}, ${why}`,
    fix: 'Use two views, a class-balanced sampler, or withoutPositives: "skip"',
  });
}
