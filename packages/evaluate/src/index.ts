import type { PluginTable } from "@contrastive/core";
import { onlineProbe } from "./online-probe.js";

export type { EvaluationData } from "./check.js";
export { type CorruptionErrors, meanCorruptionError, type MeanCorruptionError } from "./corruption-error.js";
export { embed2d, type Embed2dOptions, type Embedding2d } from "./embed-2d.js";
export { type Embedder, type ExtractOptions, extractFeatures, type Features } from "./features.js";
export {
  type GradientAnalysis,
  gradientAnalysis,
  type GradientAnalysisOptions,
  type GradientPairs,
} from "./gradient-analysis.js";
export { type GradientPlot, gradientPlot } from "./gradient-plot.js";
export type { HardnessBin, Tally } from "./hardness-bins.js";
export { knn, type Knn, type KnnOptions } from "./knn.js";
export { linearProbe, type LinearProbe, type LinearProbeOptions } from "./linear-probe.js";
export { onlineProbe, onlineProbeAccuracy, type OnlineProbeOptions } from "./online-probe.js";
export { score, type Score } from "./score.js";

export const plugins = { monitor: { "online-probe": onlineProbe } } satisfies PluginTable;
