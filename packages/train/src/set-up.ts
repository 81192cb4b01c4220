import * as tf from "@tensorflow/tfjs-core";
import {
  type Backend,
  type BackendInfo,
  type ChannelStatistics,
  type CompleteConfig,
  ContrastiveError,
  type ImageShape,
  type Loss,
  type Monitor,
  type OpenDataset,
  type Precision,
  type SampleBatch,
  type ViewMaker,
} from "@contrastive/core";
import { createLoader, limit, type Loader, shuffle } from "@contrastive/data";
import { createReplayer, type Replayer } from "@contrastive/ops";
import { checkPairing } from "./check-config.js";
import { createModel, type Model } from "./model.js";
import { viewsBy } from "./prepare-images.js";
import { createRecord, type RunRecord } from "./record.js";

/** What stays the same from the first step to the last. */
export interface Session {
  readonly config: CompleteConfig;
  readonly model: Model;
  readonly dataset: OpenDataset;
  readonly loader: Loader;
  /** Makes the loader's views ahead, where the backend has one. */
  readonly maker?: ViewMaker;
  readonly classes: number;
  readonly normalize: ChannelStatistics;
  readonly input: ImageShape;
  readonly record: RunRecord;
  /** Of the steps. */
  readonly replayer: Replayer;
}

/** Starts the backend, opens the data and checks that the parts fit, all before the first step. */
export async function setUp(config: CompleteConfig): Promise<Session> {
  checkPairing(config);
  const backend = await startBackend(config);
  try {
    return await open(config, backend);
  } catch (error) {
    await leaveBackend(config);
    throw error;
  }
}

/** Lets what comes after training compute in the precision that it would have on its own. */
export async function leaveBackend({ backend, precision }: CompleteConfig): Promise<void> {
  if (precision !== "float32") await backend?.init();
}

async function open(config: CompleteConfig, backend: BackendInfo): Promise<Session> {
  const whole = await config.data.open("train");
  try {
    const dataset = config.limit === undefined ? whole : limit(whole, config.limit, config.seed);
    const first = await dataset.read(Uint32Array.of(0));
    const classes = checkLabels(config, dataset, first);
    const input = config.views[0].output(first.images[0]);
    checkMix(config, first.images[0]);
    const normalize = checkStatistics(config, input);
    const maker = config.backend?.openViewMaker?.();
    const loader = createLoader({
      dataset,
      views: config.views,
      sampler: (config.sampler ?? shuffle()).open(dataset, config.seed, config.batchSize),
      batchSize: config.batchSize,
      seed: config.seed,
      ...(maker && { makeViews: viewsBy(maker, normalize) }),
    });
    const names = dataset.classes ?? Array.from({ length: classes }, (_, i) => String(i));
    const record = createRecord(config, { backend, input, normalize, dataset, classes: names });
    const model = createModel(config);
    const replayer = createReplayer();
    return {
      config,
      model,
      dataset,
      loader,
      ...(maker && { maker }),
      classes,
      normalize,
      input,
      record,
      replayer,
    };
  } catch (error) {
    await whole.close();
    throw error;
  }
}

async function startBackend({ backend, precision }: CompleteConfig): Promise<BackendInfo> {
  checkPrecision(backend, precision);
  if (backend === undefined) {
    await tf.ready();
    return { name: tf.getBackend(), device: "as set up by the program", versions: { tfjs: tf.version_core } };
  }
  const available = await backend.isAvailable();
  if (!available.ok) {
    throw new ContrastiveError({
      who: `backend "${backend.name}"`,
      what: `is not available: ${available.why}`,
      fix: available.fix,
    });
  }
  return backend.init({ precision });
}

function checkPrecision(backend: Backend | undefined, precision: Precision): void {
  const { name, precisions = ["float32"] }: Partial<Backend> = backend ?? {};
  if (precisions.includes(precision)) return;
  throw new ContrastiveError({
    who: name === undefined ? "config" : `backend "${name}"`,
    what:
      name === undefined
        ? `precision ${JSON.stringify(precision)} needs a backend in the config`
        : `computes in precision ${precisions.map((each) => JSON.stringify(each)).join(" or ")} only`,
    ...(name !== undefined && { got: precision }),
    fix: 'Use backend: webgpu() of @contrastive/backend-webgpu, which has "mixed" too, or precision: "float32"',
  });
}

/** A sample has one row of labels for all its views. Throws where a box would be another part of one than of another. */
function checkMix({ mix, views }: CompleteConfig, image: ImageShape): void {
  if (mix === undefined) return;
  const shapes = views.map((view) => view.output(image));
  const written = new Set(shapes.map(({ height, width }) => `${height} × ${width}`));
  if (written.size === 1) return;
  throw new ContrastiveError({
    who: `mix "${mix.name}"`,
    what: "needs views of one size",
    got: [...written],
    fix: "Give all views the same output size, or leave mix out of the config",
  });
}

/** The number of classes. Throws where labels are needed and there are none. */
function checkLabels(
  { loss, monitors, data }: CompleteConfig,
  dataset: OpenDataset,
  first: Pick<SampleBatch, "labels" | "softLabels">,
): number {
  const missing = ({ needs }: Loss | Monitor) =>
    needs.labels === "index"
      ? first.labels === undefined
      : needs.labels === "soft" && first.labels === undefined && first.softLabels === undefined;
  const needy = [loss, ...monitors].find(missing);
  if (needy !== undefined) {
    const kind = first.softLabels === undefined ? "labels" : "one class a sample";
    throw new ContrastiveError({
      who: needy === loss ? `loss "${needy.name}"` : `monitor "${needy.name}"`,
      what: `needs ${kind}, and dataset "${data.name}" has ${first.softLabels === undefined ? "none" : "soft labels"}`,
      fix:
        first.softLabels === undefined
          ? "Use a labelled dataset, or a loss without labels such as simclr"
          : 'Use a loss on soft labels, such as supCon({ labels: "soft" })',
    });
  }
  const { labels, classes } = dataset;
  const inRow = first.softLabels?.length;
  if (classes !== undefined && inRow !== undefined && inRow !== classes.length) {
    throw new ContrastiveError({
      who: `dataset "${data.name}"`,
      what: `soft labels must have ${classes.length} numbers a sample, one a class`,
      got: inRow,
    });
  }
  if (classes !== undefined) return classes.length;
  if (inRow !== undefined) return inRow;
  return labels === undefined ? 0 : labels.reduce((most, label) => Math.max(most, label + 1), 0);
}

function checkStatistics({ normalize, data }: CompleteConfig, { channels }: ImageShape): ChannelStatistics {
  const statistics = normalize ?? data.statistics ?? { mean: [0.5], std: [0.25] };
  for (const part of ["mean", "std"] as const) {
    const { length } = statistics[part];
    if (length !== 1 && length !== channels) {
      throw new ContrastiveError({
        who: normalize ? "config" : `dataset "${data.name}"`,
        what: `normalize.${part} must have 1 value or one for each of ${channels} channels`,
        got: statistics[part],
        fix: `Give normalize: { mean: [...], std: [...] } with ${channels} values each`,
      });
    }
  }
  return statistics;
}
