export { checkConfig } from "./check-config.js";
export { checkpointedWeights } from "./checkpoint.js";
export { type EmbeddingModel, type EmbedOptions, type EncoderSource, loadEncoder } from "./embed.js";
export type { MetricsRow, TrainEvent } from "./events.js";
export type { RunRecord } from "./record.js";
export { openRun, type Run, type StoredRun } from "./run.js";
export { memoryStorage, type Storage } from "./storage.js";
export { train, type TrainOptions } from "./train.js";
