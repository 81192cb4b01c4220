import { wasm } from "@contrastive/backend-wasm";
import { optimizerConformance } from "@contrastive/testing";
import { optimizers } from "../test/optimizers.js";

for (const { name, make, factory, decays } of optimizers) {
  optimizerConformance(name, make, { factory, decays, backend: wasm() });
}
