import { resolve } from "node:path";
import {
  type Config,
  type ConfigInput,
  ContrastiveError,
  defineConfig,
  resolveConfig,
} from "@contrastive/core";
import { checkConfig, type MetricsRow, type RunRecord, type Storage, train } from "@contrastive/train";
import { folderStorage } from "@contrastive/train/node";
import { withAutoBackend } from "./auto-backend.js";
import { checkOneEngine } from "./engines.js";
import {
  canEvaluate,
  type EvaluateOptions,
  type Evaluation,
  evaluateRun,
  type EvaluatedRun,
} from "./evaluation.js";
import { createPluginLoader, type FolderLoader } from "./plugin-loader.js";
import { showProgress } from "./progress.js";
import type { ReportedRun } from "./report.js";
import { removeRun } from "./run-files.js";
import { createTerminal, type Terminal } from "./terminal.js";

export interface RunTrainingOptions {
  /** The run's folder. */
  readonly out: string;
  /** Its name on the page; default: the folder's. */
  readonly name?: string;
  /** Go on with the run that was stopped in this folder; default false. */
  readonly resume?: boolean;
  /** Remove an earlier run in this folder first, and nothing but a run; default false: it is an error. */
  readonly overwrite?: boolean;
  /** Judge the encoder afterwards; default true, where the data has labels. */
  readonly evaluate?: boolean;
  /** Stops after the step under way, with a checkpoint to resume from. */
  readonly signal?: AbortSignal;
  /** Default: standard error. */
  readonly terminal?: Terminal;
  /** Finds plugins that the config names; default: from the current folder. */
  readonly loader?: FolderLoader;
}

/** A run on disk, with what was measured. */
export interface TrainingResult extends ReportedRun {
  readonly folder: string;
  readonly record: RunRecord;
  readonly history: readonly MetricsRow[];
  readonly evaluation?: Evaluation;
}

/**
 * Trains as a config says, judges the encoder, and leaves all of it in a folder: `config.json`, `metrics.jsonl`,
 * `weights.safetensors`, `checkpoint.safetensors`, `evaluation.json` and `report.html`.
 *
 * Throws what `train` and `evaluateRun` throw; a run that fails before its first checkpoint leaves no folder.
 */
export async function runTraining(input: ConfigInput, options: RunTrainingOptions): Promise<TrainingResult> {
  const { out, resume = false, overwrite = false, evaluate = true, signal } = options;
  const { terminal = createTerminal(), loader = createPluginLoader([process.cwd()]) } = options;
  const folder = resolve(out);
  const name = options.name ?? out;
  checkOneEngine(loader);
  // All that can be seen before data is opened, which may mean that it is downloaded.
  const config = await resolveConfig(await withAutoBackend(defineConfig(input), loader), loader);
  checkConfig(config);
  const evaluated = evaluate && (await canEvaluate(config));
  if (evaluate && !evaluated) terminal.print(`no evaluation: dataset "${config.data.name}" has no labels`);
  if (overwrite) await removeRun(folder);

  const storage = folderStorage(folder);
  const run = await train(config, { storage, resume, signal, onEvent: showProgress(terminal) });
  try {
    const { record, history } = run;
    const judged = { ...run, onlineProbes: onlineProbes(config, run.state.monitors) };
    const evaluation = evaluated ? await judge(judged, config, storage, { terminal, signal }) : undefined;
    const result = { folder, name, record, history, ...(evaluation && { evaluation }) };
    // Charts take half a second to load, which whoever made a mistake in the config need not wait for.
    const { renderRun } = await import("./report.js");
    await storage.write("report.html", await renderRun(result, config));
    return result;
  } finally {
    run.dispose();
  }
}

/** Evaluates a run and stores the result beside it. */
async function judge(
  run: EvaluatedRun,
  config: Config,
  storage: Storage,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const evaluation = await evaluateRun(run, config, options).catch((error: unknown) => {
    throw afterTraining(error, storage.location, options.signal);
  });
  await storage.write("evaluation.json", `${JSON.stringify(evaluation, null, 2)}\n`);
  return evaluation;
}

/** The states of those monitors that are online probes. */
export function onlineProbes<State>({ monitors = [] }: Config, states: readonly State[]): readonly State[] {
  return states.filter((_, i) => monitors[i]?.name === "online-probe");
}

/** The run itself is whole, and the message must say so. */
function afterTraining(error: unknown, folder: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted !== true) return error;
  return new ContrastiveError({
    who: "evaluation",
    what: "stopped; the run itself is complete",
    fix: `Evaluate it later: contrastive evaluate ${folder}`,
    cause: error,
  });
}
