import { completeConfig, type Config, ContrastiveError, createRng } from "@contrastive/core";
import type { Batch } from "@contrastive/data";
import { initLossScale } from "@contrastive/ops";
import { disposeState, readCheckpoint, type TrainState, writeCheckpoint } from "./checkpoint.js";
import type { MetricsRow, TrainEvent } from "./events.js";
import { createMeter } from "./meter.js";
import { initModel } from "./model.js";
import { startMomentum } from "./momentum.js";
import { checkSameRun } from "./resume.js";
import { createRun, encoderOf, parseHistory, type Run, writeWeights } from "./run.js";
import { leaveBackend, type Session, setUp } from "./set-up.js";
import { memoryStorage, type Storage } from "./storage.js";
import { trainStep } from "./train-step.js";

export interface TrainOptions {
  /** Stops after the step under way, with a checkpoint to resume from. */
  readonly signal?: AbortSignal;
  /** Awaited, so a listener may take its time. */
  readonly onEvent?: (event: TrainEvent) => void | Promise<void>;
  /** Where the run is written; default: memory. */
  readonly storage?: Storage;
  /** Go on from the storage's checkpoint, if it has one; the config must be the same. */
  readonly resume?: boolean;
  /** Least time between two checkpoints, in seconds; default 60. One is always written at the end. */
  readonly checkpointSeconds?: number;
}

/**
 * Trains an encoder as the config says, and returns it with its history.
 *
 * Writes `config.json`, `metrics.jsonl`, `checkpoint.safetensors` and `weights.safetensors` to the storage. The caller
 * disposes the run. Throws an error that says what to mend if parts of the config don't fit, data is missing, or the
 * loss is not finite; and on `signal`, once the checkpoint is written.
 */
export async function train(config: Config, options: TrainOptions = {}): Promise<Run> {
  const complete = completeConfig(config);
  const storage = options.storage ?? memoryStorage();
  if ((await storage.read("weights.safetensors")) !== undefined) {
    throw new ContrastiveError({
      who: `run ${storage.location}`,
      what: "there is a finished run here already",
      fix: "Choose another place, or remove it first",
    });
  }
  if (options.resume !== true && (await storage.read("checkpoint.safetensors")) !== undefined) {
    throw new ContrastiveError({
      who: `run ${storage.location}`,
      what: "there is an unfinished run here",
      fix: `Resume it, choose another place, or remove ${storage.location}.partial first`,
    });
  }
  const session = await setUp(complete);
  try {
    return await loop(session, storage, options);
  } finally {
    session.replayer.dispose();
    await session.maker?.close();
    await session.dataset.close();
    await leaveBackend(complete);
  }
}

async function loop(session: Session, storage: Storage, options: TrainOptions): Promise<Run> {
  const { config, loader, record } = session;
  const { signal, onEvent = () => {}, resume = false, checkpointSeconds = 60 } = options;
  const { stepsPerEpoch } = loader;
  const totalSteps = stepsPerEpoch * config.epochs;
  const stored = resume ? await readCheckpoint(storage) : undefined;
  if (stored !== undefined) await checkSameRun(storage, record, stored);
  let state: TrainState = stored ?? start(session);
  const history = stored
    ? parseHistory(await storage.read("metrics.jsonl")).filter((row) => row.step < state.step)
    : [];
  const encoder = encoderOf(record, config.encoder, () => state);
  const meter = createMeter(state.seconds);
  let unsaved: MetricsRow[] = [];
  let savedAt = meter.seconds();

  const take = async (rows: MetricsRow[]): Promise<void> => {
    for (const row of rows) {
      history.push(row);
      unsaved.push(row);
      const perStep = (meter.seconds() - (stored?.seconds ?? 0)) / (row.step + 1 - (stored?.step ?? 0));
      await onEvent({ type: "step", row, etaSeconds: perStep * (totalSteps - row.step - 1) });
    }
  };
  const save = async (): Promise<void> => {
    await storage.append("metrics.jsonl", unsaved.map((row) => `${JSON.stringify(row)}\n`).join(""));
    unsaved = [];
    await writeCheckpoint(storage, { ...state, seconds: meter.seconds() });
    savedAt = meter.seconds();
    await onEvent({ type: "checkpoint", step: state.step });
  };

  try {
    await storage.write("config.json", `${JSON.stringify(record, null, 2)}\n`);
    await storage.write("metrics.jsonl", history.map((row) => `${JSON.stringify(row)}\n`).join(""));
    await onEvent({ type: "start", record, stepsPerEpoch, totalSteps, fromStep: state.step, encoder });
    for await (const batch of batches(session, state.step, totalSteps, signal)) {
      const progress = { step: state.step, stepsPerEpoch, totalSteps };
      const { epoch } = batch;
      const { state: next, readings } = trainStep(session, state, batch, progress);
      state = { ...next, step: progress.step + 1, seconds: meter.seconds() };
      const images = batch.indices.length * config.views.length;
      const numbers = config.optimizer.metrics?.(progress) ?? {};
      await take(await meter.push({ step: progress.step, epoch, images, scalars: readings, numbers }));
      await breathe();
      if (signal?.aborted) break;
      if (state.step % stepsPerEpoch !== 0) continue;
      await take(await meter.flush());
      if (signal?.aborted) break;
      await onEvent({ type: "epoch", epoch, meanLoss: meanLoss(history, epoch), encoder });
      if (meter.seconds() - savedAt >= checkpointSeconds && state.step < totalSteps) await save();
    }
    await take(await meter.flush());
    if (signal?.aborted) throw await stopped(storage, state, totalSteps, save);
    await save();
    await writeWeights(storage, state);
    await storage.finish();
    await onEvent({ type: "end", seconds: meter.seconds() });
  } catch (error) {
    disposeState(state);
    // Without a checkpoint there is nothing to go on from.
    if ((await storage.read("checkpoint.safetensors")) === undefined) await storage.discard();
    throw error;
  }
  return createRun({ record, config, storage, history, state });
}

function start({ config, model, input, classes }: Session): TrainState {
  const rng = createRng(config.seed);
  const { weights, buffers } = initModel(model, rng.fork("weights"), input, classes);
  const momentum = config.momentumEncoder && startMomentum({ weights, buffers });
  return {
    step: 0,
    seconds: 0,
    weights,
    buffers,
    optimizer: config.optimizer.init(weights),
    ...(config.precision === "mixed" && { lossScale: initLossScale() }),
    ...(momentum && { momentum }),
    monitors: config.monitors.map((monitor, i) =>
      monitor.init(rng.fork("monitor", i), config.encoder.dim, classes),
    ),
  };
}

/** Of these steps. Ends early, without an error, when the signal aborts. */
async function* batches(
  { loader }: Session,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch> {
  try {
    yield* loader.steps(from, to, signal && { signal });
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

async function stopped(
  storage: Storage,
  { step }: TrainState,
  totalSteps: number,
  save: () => Promise<void>,
): Promise<ContrastiveError> {
  const done = step > 0;
  if (done) await save();
  return new ContrastiveError({
    who: "train",
    what: `stopped after ${step} of ${totalSteps} steps`,
    fix: done ? `Resume with the same config and storage (${storage.location})` : "Nothing was written",
  });
}

function meanLoss(history: readonly MetricsRow[], epoch: number): number {
  const rows = history.filter((row) => row.epoch === epoch);
  return rows.reduce((sum, row) => sum + row.loss, 0) / rows.length;
}

/** Lets timers, signals and the page's painting have their turn: on a CPU a step never leaves the thread. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}
