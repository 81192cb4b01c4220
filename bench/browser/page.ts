import { pipeline, type StepOptions, timeSteps } from "../step/pipeline.js";

// `compare-browser.ts` calls it.
Object.assign(globalThis, { measure: (options: StepOptions) => timeSteps(pipeline(options)) });
