import { ContrastiveError } from "@contrastive/core";

/** By a corruption's name its errors, in 0..1: one for each severity. */
export type CorruptionErrors = Readonly<Record<string, readonly number[]>>;

export interface MeanCorruptionError {
  /** CE of each corruption. */
  readonly corruptions: Readonly<Record<string, number>>;
  /** Their mean, mCE. */
  readonly mean: number;
}

/**
 * The mean corruption error of Hendrycks and Dietterich 2019, arXiv 1903.12261, section 4.1, for errors E at severities s:
 *
 *     CE_c = Σ_s E_{s,c} / Σ_s B_{s,c},   mCE = mean_c CE_c
 *
 * with B the errors of a baseline, in the paper AlexNet's, for some corruptions are harder than others: below 1 is better than it. Without
 * a baseline CE is the mean over severities.
 *
 * Throws if there is no error, or the baseline lacks a corruption, has it at other severities or makes no error under it.
 */
export function meanCorruptionError(
  errors: CorruptionErrors,
  baseline?: CorruptionErrors,
): MeanCorruptionError {
  const names = Object.keys(errors);
  if (names.length === 0 || names.some((name) => errors[name].length === 0)) {
    throw complaint("needs the errors of a corruption at one severity at least", errors);
  }
  const corruptions = Object.fromEntries(
    names.map((name) => {
      const of = baseline === undefined ? errors[name].map(() => 1) : checked(baseline, errors, name);
      return [name, total(errors[name]) / total(of)];
    }),
  );
  return { corruptions, mean: total(Object.values(corruptions)) / names.length };
}

function checked(baseline: CorruptionErrors, errors: CorruptionErrors, name: string): readonly number[] {
  const of: readonly number[] | undefined = baseline[name];
  if (of?.length !== errors[name].length) {
    throw complaint(`the baseline must have ${errors[name].length} errors of "${name}", one a severity`, of);
  }
  if (total(of) === 0) throw complaint(`the baseline makes no error under "${name}" to divide by`, of);
  return of;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function complaint(what: string, got: unknown): ContrastiveError {
  return new ContrastiveError({ who: "mean corruption error", what, got });
}
