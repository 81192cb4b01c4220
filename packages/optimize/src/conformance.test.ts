import type { Schedule } from "@contrastive/core";
import { cpu, optimizerConformance, scheduleConformance } from "@contrastive/testing";
import { optimizers } from "../test/optimizers.js";
import { stockWasm } from "../test/stock-wasm.js";
import { chained, constant, cosine, exponential, linear, step, warmup, warmupCosine } from "./index.js";

for (const backend of [cpu(), stockWasm()]) {
  for (const { name, make, factory, decays } of optimizers) {
    optimizerConformance(name, make, { factory, decays, backend });
  }
}

interface ScheduleCase {
  readonly name: string;
  readonly make: () => Schedule;
  readonly factory: (options: never) => Schedule;
}

const schedules: readonly ScheduleCase[] = [
  { name: "constant", make: () => constant({ value: 0.3 }), factory: constant },
  { name: "linear", make: () => linear({ initial: 0, end: 0.3 }), factory: linear },
  { name: "cosine", make: () => cosine({ initial: 0.3, end: 0.01 }), factory: cosine },
  { name: "step", make: () => step({ atEpochs: [1, 20] }), factory: step },
  { name: "exponential", make: () => exponential(), factory: exponential },
  { name: "warmup", make: () => warmup({ epochs: 0.7, to: linear() }), factory: warmup },
  { name: "warmup, none", make: () => warmup({ epochs: 0 }), factory: warmup },
  { name: "warmupCosine", make: () => warmupCosine(), factory: warmupCosine },
  {
    name: "chained",
    make: () => chained([{ schedule: linear(), epochs: 1.5 }, { schedule: warmupCosine() }]),
    factory: chained,
  },
  { name: "chained, one", make: () => chained([{ schedule: cosine(), epochs: 2 }]), factory: chained },
];

for (const { name, make, factory } of schedules) scheduleConformance(name, make, { factory });
