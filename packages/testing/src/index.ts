export { augmentationConformance, type AugmentationConformanceOptions } from "./augmentation-conformance.js";
export { backendConformance, type BackendConformanceOptions } from "./backend-conformance.js";
export { expectClose, expectCloseScalar, relativeError } from "./compare.js";
export { cpu } from "./cpu.js";
export { imageProgramConformance } from "./image-program-conformance.js";
export { finiteDifference } from "./finite-difference.js";
export { expectNoLeak } from "./leaks.js";
export { datasetConformance, type DatasetConformanceOptions } from "./dataset-conformance.js";
export { mixConformance, type MixConformanceOptions } from "./mix-conformance.js";
export { monitorConformance } from "./monitor-conformance.js";
export { samplerConformance, type SamplerConformanceOptions } from "./sampler-conformance.js";
export { optimizerConformance, type OptimizerConformanceOptions } from "./optimizer-conformance.js";
export { scheduleConformance, type ScheduleConformanceOptions } from "./schedule-conformance.js";
export { tinyEncoder } from "./tiny-encoder.js";
export {
  encoderConformance,
  type EncoderConformanceOptions,
  headConformance,
  type HeadConformanceOptions,
} from "./network-conformance.js";
export {
  type SupConCase,
  type SupConFixture,
  supConFixtureSuite,
  type SupConFixtureOptions,
} from "./sup-con-fixture.js";
export { seededProjections, seededValues, seededWeights } from "./seeded-weights.js";
export { lossConformance, type LossConformanceOptions } from "./loss-conformance.js";
export { viewMakerConformance } from "./view-maker-conformance.js";
