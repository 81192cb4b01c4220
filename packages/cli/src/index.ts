export type { EncoderScores, Evaluation } from "./evaluation.js";
export { formatDuration, formatShare, formatTable } from "./format.js";
export { createPluginLoader, type FolderLoader } from "./plugin-loader.js";
export { comparedRun, speed } from "./report.js";
export { runTraining, type RunTrainingOptions, type TrainingResult } from "./run-training.js";
export { createTerminal, silent, type Terminal } from "./terminal.js";
