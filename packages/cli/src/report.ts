import type { Config } from "@contrastive/core";
import { type ComparedRun, curvesOf, renderReport, type Share, type Table } from "@contrastive/report";
import type { Score } from "@contrastive/evaluate";
import type { MetricsRow, RunRecord } from "@contrastive/train";
import { type CorruptionScores, mean } from "./corruption-scores.js";
import { drawViews } from "./draw-views.js";
import { type Evaluation, judges } from "./evaluation.js";
import { formatDuration, formatShare } from "./format.js";

/** All that a run's page shows. */
export interface ReportedRun {
  readonly name: string;
  readonly record: RunRecord;
  readonly history: readonly MetricsRow[];
  readonly evaluation?: Evaluation;
}

/** `report.html`. */
export async function renderRun(run: ReportedRun, config: Config): Promise<string> {
  const { record, evaluation } = run;
  const { summary, curves, embedding } = comparedRun(run);
  return renderReport({
    title: run.name,
    subtitle: `${config.loss.name} loss, ${config.encoder.name} encoder, ${config.data.name} data`,
    summary,
    curves,
    tables: evaluation
      ? [
          scoresTable(evaluation),
          ...(evaluation.corruptions ? [corruptionsTable(evaluation.corruptions)] : []),
        ]
      : [],
    embedding,
    views: await drawViews(config),
    config: record.config,
    versions: { ...record.versions, backend: `${record.backend.name} (${record.backend.device})` },
  });
}

/** A run as a page that compares several shows it. */
export function comparedRun({ name, history, record, evaluation }: ReportedRun): ComparedRun {
  const last = history.at(-1);
  const figures = evaluation && {
    "Linear probe": formatShare(evaluation.trained.linearProbe.accuracy),
    kNN: formatShare(evaluation.trained.knn.accuracy),
    "Untrained linear probe": formatShare(evaluation.untrained.linearProbe.accuracy),
  };
  const summary = {
    ...figures,
    ...(last && { "Loss at the end": last.loss.toFixed(4), "Training time": formatDuration(last.seconds) }),
    "Images a second": speed(record, history).toFixed(0),
  };
  return {
    name,
    summary: Object.entries(summary).map(([label, value]) => ({ label, value })),
    curves: curvesOf(history),
    embedding: evaluation?.embedding && {
      points: Float32Array.from(evaluation.embedding.points),
      labels: Int32Array.from(evaluation.embedding.labels),
      classes: evaluation.classes,
      caption: `t-SNE of ${evaluation.embedding.labels.length} test images`,
    },
  };
}

/** Views through the encoder a second, over the whole run. */
export function speed(record: RunRecord, history: readonly MetricsRow[]): number {
  const { batchSize, views } = record.config as unknown as { batchSize: number; views: readonly unknown[] };
  return (history.length * batchSize * views.length) / (history.at(-1)?.seconds ?? NaN);
}

function scoresTable({ trained, untrained, onlineProbe, testSize }: Evaluation): Table {
  const keys = Object.keys(judges) as (keyof typeof judges)[];
  return {
    title: "Evaluation of the frozen representation",
    columns: ["Classifier", "Trained encoder", "Untrained encoder"],
    rows: [
      ...keys.map((key) => [judges[key], share(trained[key]), share(untrained[key])]),
      ...(onlineProbe ? [["online probe", share(onlineProbe), "–"]] : []),
    ],
    note: `Accuracy on ${testSize} test images, with its 95 % interval`,
  };
}

function corruptionsTable({ testSize, clean, accuracies, meanError, relative }: CorruptionScores): Table {
  return {
    title: "Linear probe on corrupted images",
    columns: ["Corruption", "Mean", ...[1, 2, 3, 4, 5].map((severity) => `Severity ${severity}`)],
    rows: Object.entries(accuracies).map(([name, at]) => [
      name,
      formatShare(mean(at)),
      ...at.map(formatShare),
    ]),
    note:
      `Accuracy on ${testSize} test images; ${formatShare(clean)} as they are. Mean corruption error of the first fifteen (mCE): ${formatShare(meanError)}` +
      (relative ? `, by the errors of ${relative.baseline} ${formatShare(relative.mean)}` : ""),
  };
}

function share({ accuracy, interval: [low, high] }: Score): Share {
  return { value: accuracy, low, high };
}
