import * as tf from "@tensorflow/tfjs-core";
import type { Config } from "@contrastive/core";
import { createLoader, sequential, subset } from "@contrastive/data";
import { applyImagePrograms } from "@contrastive/ops";
import {
  type ComparedRun,
  curvesOf,
  type Picture,
  renderReport,
  type Share,
  type Table,
  type ViewSheet,
} from "@contrastive/report";
import type { Score } from "@contrastive/evaluate";
import type { MetricsRow, RunRecord } from "@contrastive/train";
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
    tables: evaluation ? [scoresTable(evaluation)] : [],
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

function share({ accuracy, interval: [low, high] }: Score): Share {
  return { value: accuracy, low, high };
}

/** Some samples of as many classes, each with one draw of every view. */
async function drawViews({ data, views, seed = 0 }: Config, samples = 6): Promise<ViewSheet> {
  const whole = await data.open("train");
  try {
    const dataset = subset(whole, spread(whole.labels, Math.min(samples, whole.size)));
    const { images } = await dataset.read(Uint32Array.from({ length: dataset.size }, (_, i) => i));
    const rows: Picture[][] = images.map((image) => [image]);
    const sampler = sequential().open(dataset, seed, dataset.size);
    const loader = createLoader({ dataset, views, sampler, batchSize: dataset.size, seed });
    for await (const { groups } of loader.epoch(0)) {
      for (const group of groups) {
        const pictures = tf.tidy(() => {
          const made = applyImagePrograms(group.images, group.programs);
          return group.apply?.(made, group.keys) ?? made;
        });
        const [, height, width, channels] = pictures.shape;
        const values = await pictures.data<"float32">();
        pictures.dispose();
        const each = height * width * channels;
        group.keys.forEach((_, i) => {
          const sample = Math.floor(i / group.views.length);
          const view = group.views[i % group.views.length];
          rows[sample][1 + view] = { height, width, channels, data: values.slice(i * each, (i + 1) * each) };
        });
      }
    }
    return { columns: ["original", ...views.map((_, i) => `view ${i + 1}`)], rows };
  } finally {
    await whole.close();
  }
}

/** Indices of samples of as many classes as there are, or the first ones of data without labels. */
function spread(labels: Int32Array | undefined, count: number): readonly number[] {
  const seen = new Set<number>();
  const firsts = [...(labels ?? [])].flatMap((label, i) => (seen.size === seen.add(label).size ? [] : [i]));
  const rest = Array.from({ length: count }, (_, i) => i).filter((i) => !firsts.includes(i));
  return [...firsts, ...rest].slice(0, count);
}
