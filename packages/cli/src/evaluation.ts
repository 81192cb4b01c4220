import {
  type Config,
  ContrastiveError,
  type Dataset,
  type OpenDataset,
  type Params,
  type Split,
} from "@contrastive/core";
import { limit } from "@contrastive/data";
import {
  embed2d,
  type Embedding2d,
  extractFeatures,
  type Features,
  knn,
  linearProbe,
  onlineProbeAccuracy,
  type Score,
} from "@contrastive/evaluate";
import { type EncoderSource, loadEncoder } from "@contrastive/train";
import {
  checkCorruptionOptions,
  type CorruptionOptions,
  type CorruptionScores,
  corruptionScores,
} from "./corruption-scores.js";
import { formatDuration } from "./format.js";
import type { Terminal } from "./terminal.js";

/** What is evaluated: a run that has just ended, or one that was stored. */
export interface EvaluatedRun extends EncoderSource {
  readonly untrained: EncoderSource;
  /** The states of the config's online probes, as training left them. */
  readonly onlineProbes: readonly Params[];
}

/** How a frozen encoder does on the test split. */
export interface EncoderScores {
  readonly linearProbe: Score & {
    readonly trainAccuracy: number;
    readonly l2: number;
    readonly converged: boolean;
  };
  /** Votes weighted by similarity. */
  readonly knn: Score & { readonly k: number };
  /** One vote for each neighbour. */
  readonly knnPlain: Score & { readonly k: number };
}

/** What a table calls the scores. */
export const judges = {
  linearProbe: "linear probe",
  knn: "kNN",
  knnPlain: "kNN, plain votes",
} as const satisfies Record<keyof EncoderScores, string>;

/** `evaluation.json`. All scores are on the test split; the classifiers saw the samples that the encoder trained on. */
export interface Evaluation {
  readonly format: 1;
  readonly trainSize: number;
  readonly testSize: number;
  readonly classes: readonly string[];
  readonly trained: EncoderScores;
  /** The same encoder before its first step. */
  readonly untrained: EncoderScores;
  readonly onlineProbe?: Score;
  /** The trained encoder's linear probe on corrupted test images, where that was asked for. */
  readonly corruptions?: CorruptionScores;
  /** The trained encoder's test features in the plane, two numbers a sample. */
  readonly embedding?: {
    readonly method: "tsne";
    readonly points: readonly number[];
    readonly labels: readonly number[];
  };
  readonly seconds: number;
}

export interface EvaluateOptions {
  readonly terminal: Terminal;
  readonly signal?: AbortSignal;
  /** Judge its linear probe on corrupted test images, too. */
  readonly corruptions?: CorruptionOptions;
}

/**
 * Judges a run's encoder, frozen, by a linear probe and kNN, beside the untrained one.
 *
 * Throws if the dataset has no labels or no test split.
 */
export async function evaluateRun(
  run: EvaluatedRun,
  config: Pick<Config, "data" | "limit" | "seed">,
  { terminal, signal, corruptions: corruptionOptions }: EvaluateOptions,
): Promise<Evaluation> {
  const start = performance.now();
  const train = await openSplit(config, "train");
  const test = await openSplit(config, "test");
  try {
    const classes = classNames(config.data, train);
    if (corruptionOptions) checkCorruptionOptions(corruptionOptions, test.size);
    const of = async (encoder: EncoderSource, what: string) => {
      const features = {
        train: await featuresOf(encoder, train, `${what} encoder, training images`),
        test: await featuresOf(encoder, test, `${what} encoder, test images`),
      };
      terminal.status(`evaluating: ${what} encoder, linear probe and kNN`);
      return { features, ...(await scores({ ...features, classes: classes.length }, signal)) };
    };
    const untrained = await of(run.untrained, "untrained");
    const trained = await of(run, "trained");
    terminal.status("evaluating: picture of the embeddings");
    const embedding = await picture(trained.features.test, signal);
    const online = await Promise.all(
      run.onlineProbes.map((state) => onlineProbeAccuracy(state, trained.features.test, { signal })),
    );
    const corruptions =
      corruptionOptions &&
      (await corruptionScores(run, trained.classify, config, corruptionOptions, { terminal, signal }));
    const seconds = (performance.now() - start) / 1000;
    terminal.print(`evaluated in ${formatDuration(seconds)}`);
    return {
      format: 1,
      trainSize: train.size,
      testSize: test.size,
      classes,
      trained: trained.scores,
      untrained: untrained.scores,
      ...(online[0] && { onlineProbe: scoreOf(online[0]) }),
      ...(corruptions && { corruptions }),
      ...(embedding && { embedding }),
      seconds,
    };
  } finally {
    await Promise.all([train.close(), test.close()]);
  }

  async function featuresOf(source: EncoderSource, dataset: OpenDataset, what: string): Promise<Features> {
    const encoder = await loadEncoder(source);
    try {
      return await extractFeatures(encoder, dataset, {
        signal,
        onProgress: ({ done, total }) => terminal.status(`evaluating: ${what} ${done}/${total}`),
      });
    } finally {
      encoder.dispose();
    }
  }
}

/**
 * Whether a config's data can be evaluated on: false where it has no labels.
 *
 * Asked before training, so that an hour is not spent before it turns out. Throws where there are labels and the
 * evaluation would fail: without a test split, or where a class has no training sample.
 */
export async function canEvaluate(config: Pick<Config, "data" | "limit" | "seed">): Promise<boolean> {
  const train = await openSplit(config, "train");
  try {
    if (train.classes === undefined && train.labels === undefined) return false;
    const seen = new Set(train.labels);
    const empty = classNames(config.data, train).find((_, label) => train.labels && !seen.has(label));
    if (empty !== undefined) {
      throw new ContrastiveError({
        who: "evaluation",
        what: `class "${empty}" of dataset "${config.data.name}" has no training sample`,
        fix: "Give it samples, raise the limit, or train without evaluating: --no-evaluate",
      });
    }
    await (await openSplit(config, "test")).close();
    return true;
  } finally {
    await train.close();
  }
}

/** A split as training saw it: the same samples where the config limits them. */
async function openSplit(
  { data, limit: count, seed = 0 }: Pick<Config, "data" | "limit" | "seed">,
  split: Split,
) {
  const whole = await data.open(split);
  return split === "test" || count === undefined ? whole : limit(whole, count, seed);
}

async function scores(
  data: { readonly train: Features; readonly test: Features; readonly classes: number },
  signal: AbortSignal | undefined,
): Promise<{ scores: EncoderScores; classify: (features: Float32Array) => Int32Array }> {
  const probe = await linearProbe(data, { signal });
  const weighted = await knn(data, { signal });
  const plain = await knn(data, { weighting: "plain", signal });
  const { trainAccuracy, l2, converged } = probe;
  return {
    scores: {
      linearProbe: { ...scoreOf(probe), trainAccuracy, l2, converged },
      knn: { ...scoreOf(weighted), k: weighted.k },
      knnPlain: { ...scoreOf(plain), k: plain.k },
    },
    classify: probe.predict,
  };
}

function scoreOf({ accuracy, interval, correct, total }: Score): Score {
  return { accuracy, interval, correct, total };
}

/** None for fewer samples than a layout needs, or where the encoder gives them all the same features. */
async function picture(
  features: Features,
  signal: AbortSignal | undefined,
): Promise<Evaluation["embedding"]> {
  if (features.size < 4) return undefined;
  let layout: Embedding2d;
  try {
    layout = await embed2d(features, { signal });
  } catch (error) {
    if (signal?.aborted || !(error instanceof ContrastiveError)) throw error;
    return undefined;
  }
  return { method: "tsne", points: Array.from(layout.points), labels: Array.from(layout.labels) };
}

function classNames(data: Dataset, { classes, labels }: OpenDataset): readonly string[] {
  if (classes !== undefined) return classes;
  if (labels === undefined) {
    throw new ContrastiveError({
      who: "evaluation",
      what: `needs labels, and dataset "${data.name}" has none`,
      fix: "Embed images with it instead: contrastive embed RUN IMAGES --out FILE",
    });
  }
  return Array.from({ length: labels.reduce((most, label) => Math.max(most, label + 1), 0) }, (_, i) =>
    String(i),
  );
}
