import { ContrastiveError, createRng, type OpenDataset } from "@contrastive/core";
import { membersByClass } from "./class-members.js";
import { subset } from "./subset.js";

export interface SplitOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Divides each class by itself, so that parts have the classes in the same shares; default true where there are labels. */
  readonly byClass?: boolean;
}

/**
 * Divides an open dataset at random into parts that share no sample, by name and share:
 * `split(open, { train: 0.9, validation: 0.1 })`.
 *
 * Shares sum to at most 1; what is left over is in no part. Parts keep the dataset's order, and are the same for the same seed.
 * The dataset is closed once all parts are. Throws for shares that are out of range, and parts that would be empty.
 */
export function split<Part extends string>(
  dataset: OpenDataset,
  shares: Readonly<Record<Part, number>>,
  { seed = 0, byClass = dataset.labels !== undefined }: SplitOptions = {},
): Readonly<Record<Part, OpenDataset>> {
  const names = Object.keys(shares) as Part[];
  check(names.map((name) => shares[name]));
  const rng = createRng(seed).fork("split");
  const groups = byClass
    ? membersByClass("split", dataset)
    : [Uint32Array.from({ length: dataset.size }, (_, index) => index)];

  const parts = new Map<Part, number[]>(names.map((name) => [name, []]));
  groups.forEach((members, group) => {
    const order = rng.fork(group).permutation(members.length);
    let share = 0;
    let from = 0;
    for (const name of names) {
      share += shares[name];
      const to = Math.min(members.length, Math.round(share * members.length));
      for (const at of order.subarray(from, to)) parts.get(name)!.push(members[at]);
      from = to;
    }
  });

  let left = names.length;
  const close = async () => {
    if (--left === 0) await dataset.close();
  };
  return Object.fromEntries(
    names.map((name) => {
      const indices = parts.get(name)!.sort((a, b) => a - b);
      if (indices.length === 0) {
        throw new ContrastiveError({
          who: "split",
          what: `part "${name}" would be empty`,
          got: shares[name],
          fix: `Give it more of the ${dataset.size} samples`,
        });
      }
      return [name, closingOnce(subset(dataset, indices), close)];
    }),
  ) as Record<Part, OpenDataset>;
}

/** A part that can't be read once it is closed, though the dataset is still open. */
function closingOnce(part: OpenDataset, close: () => Promise<void>): OpenDataset {
  let closed: Promise<void> | undefined;
  return {
    ...part,
    async read(indices, signal) {
      if (closed !== undefined) {
        throw new ContrastiveError({
          who: "split",
          what: "it was read after it was closed",
          fix: "Open it again",
        });
      }
      return part.read(indices, signal);
    },
    close: () => (closed ??= close()),
  };
}

function check(shares: readonly number[]): void {
  const sum = shares.reduce((sum, share) => sum + share, 0);
  if (shares.length > 0 && shares.every((share) => share > 0) && sum <= 1 + 1e-9) return;
  throw new ContrastiveError({
    who: "split",
    what: "shares must be > 0 and sum to at most 1",
    got: shares,
    fix: "For example split(open, { train: 0.9, validation: 0.1 })",
  });
}
