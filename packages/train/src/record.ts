import * as tf from "@tensorflow/tfjs-core";
import {
  type BackendInfo,
  type ChannelStatistics,
  type CompleteConfig,
  describe,
  type ImageShape,
  type Json,
  notReproducible,
  type OpenDataset,
} from "@contrastive/core";
import { version } from "./version.js";

/** All that is needed to know what a run was, and to do it again: `config.json`. */
export interface RunRecord {
  readonly format: 1;
  readonly startedAt: string;
  /** Every option, defaults included; plugins as `{ "use": "package#export", …options }`. */
  readonly config: Json;
  /** Parts of the config that can't be rebuilt from this record. */
  readonly notReproducible: readonly string[];
  readonly backend: BackendInfo;
  readonly versions: Readonly<Record<string, string>>;
  readonly data: { readonly size: number; readonly classes: readonly string[] };
  /** Of an image as the encoder takes it. */
  readonly input: ImageShape;
  readonly normalize: ChannelStatistics;
}

export function createRecord(
  config: CompleteConfig,
  known: Pick<RunRecord, "backend" | "input" | "normalize"> & {
    dataset: OpenDataset;
    classes: readonly string[];
  },
): RunRecord {
  const described = describe({ ...config, normalize: known.normalize });
  return {
    format: 1,
    startedAt: new Date().toISOString(),
    config: described,
    notReproducible: notReproducible(described),
    backend: known.backend,
    versions: { contrastive: version, tfjs: tf.version_core, ...platform() },
    data: { size: known.dataset.size, classes: known.classes },
    input: known.input,
    normalize: known.normalize,
  };
}

function platform(): Record<string, string> {
  const { process, navigator } = globalThis as {
    process?: { versions?: { node?: string }; platform?: string; arch?: string };
    navigator?: { userAgent?: string };
  };
  const node = process?.versions?.node;
  if (node !== undefined) return { node, platform: `${process?.platform} ${process?.arch}` };
  return { browser: navigator?.userAgent ?? "unknown" };
}
