import {
  type CompleteConfig,
  ContrastiveError,
  createRng,
  decodeSafetensors,
  type Encoder,
  type Params,
  type PluginLoader,
  type PluginReference,
  resolvePlugin,
} from "@contrastive/core";
import { copy } from "@contrastive/ops";
import { disposeState, type TrainState } from "./checkpoint.js";
import type { EncoderSource } from "./embed.js";
import { encodeEncoder } from "./encoder-file.js";
import type { MetricsRow } from "./events.js";
import { fromTorchLayout, toDevice, toHost } from "./host-tensors.js";
import type { ModelState } from "./model.js";
import { tidyKeep, withPrefix } from "./params.js";
import type { RunRecord } from "./record.js";
import type { Storage } from "./storage.js";

/** A training run that is done, with its final state in memory. */
export interface Run extends EncoderSource {
  readonly record: RunRecord;
  readonly config: CompleteConfig;
  readonly storage: Storage;
  readonly history: readonly MetricsRow[];
  /** Of weights, optimizer and monitors after the last step; disposed with the run. */
  readonly state: TrainState;
  /** The encoder as it was before the first step: what evaluation compares with. */
  readonly untrained: EncoderSource;
  /** The momentum encoder after the last step, where the config has one. */
  readonly momentum?: EncoderSource;
  dispose(): void;
}

/** A run read back from where it was stored. */
export interface StoredRun extends EncoderSource {
  readonly record: RunRecord;
  readonly storage: Storage;
  readonly history: readonly MetricsRow[];
  readonly untrained: EncoderSource;
  /** The momentum encoder, where the run has one. */
  readonly momentum?: EncoderSource;
}

const weightsFile = "weights.safetensors";
const momentumFile = "momentum.safetensors";

/** The encoder of a run that goes on: `weights` copies the state as it is when called. */
export function encoderOf(record: RunRecord, encoder: Encoder, state: () => ModelState): EncoderSource {
  return { record, encoder, weights: async () => copyOfEncoder(state()) };
}

export function createRun(parts: Pick<Run, "record" | "config" | "storage" | "history" | "state">): Run {
  const { state, config, record } = parts;
  const { encoder, seed } = config;
  const { momentum } = state;
  return {
    ...encoderOf(record, encoder, () => state),
    ...parts,
    ...(momentum && { momentum: encoderOf(record, encoder, () => momentum) }),
    untrained: untrainedEncoder(record, encoder, seed),
    dispose: () => disposeState(state),
  };
}

/**
 * Opens a stored run. The loader finds the encoder's package.
 *
 * Throws if the run is not there, is damaged, or its encoder can't be rebuilt from its record.
 */
export async function openRun(storage: Storage, loader: PluginLoader): Promise<StoredRun> {
  const who = `run ${storage.location}`;
  const bytes = await storage.read("config.json");
  if (bytes === undefined) {
    throw new ContrastiveError({
      who,
      what: "there is no config.json in it",
      fix: "Name the folder of a finished run",
    });
  }
  const record = parseRecord(who, bytes);
  const config = record.config as unknown as { encoder: PluginReference; seed: number };
  if (typeof config.encoder.use !== "string") {
    throw new ContrastiveError({
      who,
      what: "its encoder can't be rebuilt from config.json",
      got: config.encoder,
      fix: "Give the encoder's factory a source: { module, export }",
    });
  }
  // The contract of what a reference in the encoder's slot resolves to.
  const encoder = (await resolvePlugin("encoder", config.encoder, loader)) as Encoder;
  const hasMomentum = (await storage.read(momentumFile)) !== undefined;
  return {
    record,
    storage,
    encoder,
    history: parseHistory(await storage.read("metrics.jsonl")),
    weights: () => readWeights(storage, weightsFile),
    ...(hasMomentum && { momentum: { record, encoder, weights: () => readWeights(storage, momentumFile) } }),
    untrained: untrainedEncoder(record, encoder, config.seed),
  };
}

/** Writes the encoder's weights and buffers, and those of a momentum encoder into a file of its own. */
export async function writeWeights(storage: Storage, state: TrainState): Promise<void> {
  if (state.momentum !== undefined) await writeEncoder(storage, momentumFile, state.momentum);
  await writeEncoder(storage, weightsFile, state);
}

async function writeEncoder(storage: Storage, file: string, state: ModelState): Promise<void> {
  const [weights, buffers] = await Promise.all(
    [state.weights, state.buffers].map((part) => toHost(withPrefix("encoder.", part))),
  );
  await storage.write(file, encodeEncoder(weights, buffers));
}

async function readWeights(storage: Storage, file: string): Promise<ModelState> {
  const who = `${storage.location}/${file}`;
  const bytes = await storage.read(file);
  if (bytes === undefined) {
    throw new ContrastiveError({
      who,
      what: "the file is missing",
      fix: "Train the run again, or copy the file back",
    });
  }
  const { tensors, metadata } = decodeSafetensors(bytes, who);
  const buffers = new Set(JSON.parse(metadata.buffers ?? "[]") as string[]);
  const all = Object.entries(toDevice(fromTorchLayout(tensors)));
  return {
    weights: Object.fromEntries(all.filter(([name]) => !buffers.has(name))),
    buffers: Object.fromEntries(all.filter(([name]) => buffers.has(name))),
  };
}

/** Weights are drawn by name from the seed, so they need not be kept. */
function untrainedEncoder(record: RunRecord, encoder: Encoder, seed: number): EncoderSource {
  return {
    record,
    encoder,
    weights: async () => encoder.init(createRng(seed).fork("weights", "encoder"), record.input),
  };
}

function parseRecord(who: string, bytes: Uint8Array): RunRecord {
  let record: RunRecord;
  try {
    record = JSON.parse(new TextDecoder().decode(bytes)) as RunRecord;
  } catch (cause) {
    throw new ContrastiveError({
      who,
      what: "config.json is not JSON",
      cause,
      fix: "It is damaged: copy the run again",
    });
  }
  if (record.format !== 1) {
    throw new ContrastiveError({ who, what: "config.json must be of format 1", got: record.format });
  }
  return record;
}

export function parseHistory(bytes: Uint8Array | undefined): MetricsRow[] {
  const lines = new TextDecoder().decode(bytes ?? new Uint8Array()).split("\n");
  // A line that a crash cut short is the last one, and lost.
  return lines.flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as MetricsRow];
    } catch {
      return [];
    }
  });
}

function copyOfEncoder({ weights, buffers }: ModelState): ModelState {
  return {
    weights: copyEach(withPrefix("encoder.", weights)),
    buffers: copyEach(withPrefix("encoder.", buffers)),
  };
}

function copyEach(params: Params): Params {
  return tidyKeep(() => Object.fromEntries(Object.entries(params).map(([name, t]) => [name, copy(t)])));
}
