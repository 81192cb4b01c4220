import type * as Corruptions from "@contrastive/corruptions";
import { ContrastiveError, type Dataset } from "@contrastive/core";
import { limit } from "@contrastive/data";
import { type CorruptionErrors, extractFeatures, meanCorruptionError } from "@contrastive/evaluate";
import { type EncoderSource, loadEncoder } from "@contrastive/train";
import { formatDuration } from "./format.js";
import type { Terminal } from "./terminal.js";

/** How a linear probe on clean images does on corrupted ones, in `evaluation.json`. */
export interface CorruptionScores {
  /** Test images that were corrupted. */
  readonly testSize: number;
  readonly seed: number;
  /** The accuracy on the same images as they are. */
  readonly clean: number;
  /** By the name of the corruption, at severities 1 to 5. */
  readonly accuracies: Readonly<Record<string, readonly number[]>>;
  /** mCE: the mean error over severities and the fifteen corruptions of the benchmark. */
  readonly meanError: number;
  /** mCE by a baseline's errors: below 1 is better than it. */
  readonly relative?: {
    readonly baseline: string;
    readonly mean: number;
    readonly corruptions: Readonly<Record<string, number>>;
  };
}

export interface CorruptionOptions {
  /** The package, which not everybody has installed. */
  readonly library: typeof Corruptions;
  /** Test images, chosen at random; default all. */
  readonly samples?: number;
  /** A run that was evaluated on corruptions, by the name of its folder. */
  readonly baseline?: { readonly name: string; readonly scores: CorruptionScores };
}

const severities = [1, 2, 3, 4, 5] as const;

/** Throws for more samples than there are, and a baseline that nothing can be divided by. */
export function checkCorruptionOptions(
  { library, samples = 1, baseline }: CorruptionOptions,
  testSize: number,
): void {
  if (samples > testSize) {
    throw new ContrastiveError({
      who: "evaluation",
      what: `samples must be <= ${testSize}, the test images`,
      got: samples,
    });
  }
  if (baseline === undefined) return;
  const errors = errorsOf(baseline.scores.accuracies, library.commonCorruptions);
  meanCorruptionError(errors, errors);
}

/** Corrupts the test images in all ways, embeds them and classifies them by the probe. */
export async function corruptionScores(
  source: EncoderSource,
  classify: (features: Float32Array) => Int32Array,
  { data, seed = 0 }: { readonly data: Dataset; readonly seed?: number },
  { library, samples, baseline }: CorruptionOptions,
  { terminal, signal }: { readonly terminal: Terminal; readonly signal?: AbortSignal },
): Promise<CorruptionScores> {
  const { commonCorruptions, corrupted, extraCorruptions } = library;
  const names = [...commonCorruptions, ...extraCorruptions];
  const baselineErrors = baseline && errorsOf(baseline.scores.accuracies, commonCorruptions);
  const passes = 1 + names.length * severities.length;
  const start = performance.now();
  let pass = 0;
  let testSize = 0;
  const encoder = await loadEncoder(source);

  const accuracyOn = async (dataset: Dataset, what: string): Promise<number> => {
    const whole = await dataset.open("test");
    try {
      const test = samples === undefined ? whole : limit(whole, samples, seed);
      testSize = test.size;
      const { values, labels } = await extractFeatures(encoder, test, {
        signal,
        onProgress: ({ done, total }) => {
          const share = (pass + done / total) / passes;
          const left = ((performance.now() - start) / 1000) * (1 / share - 1);
          terminal.status(
            `evaluating: ${what}  ${done}/${total}  pass ${pass + 1}/${passes}  ${formatDuration(left)} left`,
          );
        },
      });
      pass++;
      const predictions = classify(values);
      return labels.reduce((right, label, i) => right + Number(predictions[i] === label), 0) / testSize;
    } finally {
      await whole.close();
    }
  };

  try {
    const clean = await accuracyOn(data, "images as they are");
    const accuracies: Record<string, readonly number[]> = {};
    for (const name of names) {
      const at: number[] = [];
      for (const severity of severities) {
        at.push(await accuracyOn(corrupted({ data, name, severity, seed }), `${name}, severity ${severity}`));
      }
      accuracies[name] = at;
    }
    const errors = errorsOf(accuracies, commonCorruptions);
    return {
      testSize,
      seed,
      clean,
      accuracies,
      meanError: meanCorruptionError(errors).mean,
      ...(baseline && {
        relative: { baseline: baseline.name, ...meanCorruptionError(errors, baselineErrors) },
      }),
    };
  } finally {
    encoder.dispose();
  }
}

function errorsOf(accuracies: CorruptionScores["accuracies"], names: readonly string[]): CorruptionErrors {
  const known = names.filter((name) => name in accuracies);
  return Object.fromEntries(known.map((name) => [name, accuracies[name].map((accuracy) => 1 - accuracy)]));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
