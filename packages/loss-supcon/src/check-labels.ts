import { ContrastiveError } from "@contrastive/core";
import type { CompleteSupConOptions } from "./options.js";

/** Throws if an anchor would have no positive, or none of the negatives that `"only-negatives"` divides by. */
export function checkLabels(
  labels: Int32Array | undefined,
  views: number,
  { denominator, positivesCap }: CompleteSupConOptions,
): void {
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
  throw new ContrastiveError({
    who: 'loss "supcon"',
    what: `${what}, ${why}`,
    fix: 'Use two views, a class-balanced sampler, or withoutPositives: "skip"',
  });
}
