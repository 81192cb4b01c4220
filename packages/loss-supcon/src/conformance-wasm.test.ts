import { lossConformance } from "@contrastive/testing";
// By path: losses stand beside backends, and neither names the other.
import { wasm } from "../../backend-wasm/src/wasm.js";
import { supCon } from "./index.js";

const backend = wasm();

lossConformance("supcon with a memory", () => supCon({ temperature: 0.2, memory: { size: 30 } }), {
  backend,
});
lossConformance("supcon of soft labels", () => supCon({ temperature: 0.2, labels: "soft" }), { backend });
lossConformance(
  "supcon with class weights and all metrics",
  () => supCon({ temperature: 0.2, classWeights: [0.2, 1, 3], metrics: "all" }),
  { backend },
);
