import { complaint } from "./complaint.js";
import type { CompleteSupConOptions } from "./options.js";

/** What `supCon` refuses in a batch's labels, if there is anything that it may refuse. */
export function checkOf(
  options: CompleteSupConOptions,
): ((labels: Int32Array | Float32Array | undefined, views: number) => void) | undefined {
  const { classWeights, withoutPositives } = options;
  if (withoutPositives !== "error" && classWeights === "none") return undefined;
  return (labels, views) => {
    if (classWeights !== "none") checkWeighted(labels, classWeights, options);
    if (withoutPositives === "error") checkPositives(labels, views, options);
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
  // How many samples of a batch a row of classes stands for is known by compute only.
  if (options.labels === "soft") return;
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

function refuse(what: string, why: string): never {
  throw complaint({
    what: `${what}, ${why}`,
    fix: 'Use two views, a class-balanced sampler, or withoutPositives: "skip"',
  });
}
