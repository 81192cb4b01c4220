/** Pairs of like hardness and kind, taken together. */
export interface Tally {
  readonly pairs: number;
  /** Of their contributions: below 0 where they pull on the whole. */
  readonly sum: number;
  /** The sum of their sizes. */
  readonly magnitude: number;
}

/** Pairs with cosines from `from` up to `to`; the last bin holds 1 too. */
export interface HardnessBin {
  readonly from: number;
  readonly to: number;
  readonly positives: Tally;
  readonly negatives: Tally;
}

/** `count` bins of equal width over cosines of −1 to 1, empty ones among them. */
export function binByHardness(
  { cosines, contributions, positive }: Record<"cosines" | "contributions" | "positive", ArrayLike<number>>,
  count: number,
): readonly HardnessBin[] {
  const bins = Array.from({ length: count }, (_, bin) => ({
    from: (2 * bin) / count - 1,
    to: (2 * (bin + 1)) / count - 1,
    positives: emptyTally(),
    negatives: emptyTally(),
  }));
  for (let i = 0; i < cosines.length; i++) {
    // A cosine may miss −1 and 1 by a rounding error.
    const place = Math.floor(((cosines[i] + 1) / 2) * count);
    const bin = bins[Math.min(count - 1, Math.max(0, place))];
    const of = positive[i] === 1 ? bin.positives : bin.negatives;
    of.pairs++;
    of.sum += contributions[i];
    of.magnitude += Math.abs(contributions[i]);
  }
  return bins;
}

function emptyTally() {
  return { pairs: 0, sum: 0, magnitude: 0 };
}
