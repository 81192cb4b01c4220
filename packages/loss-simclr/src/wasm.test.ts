import { lossConformance } from "@contrastive/testing";
// By path: losses and backends don't depend on each other.
import { wasm } from "../../backend-wasm/src/index.js";
import { dcl, dclw, moco, simclr } from "./index.js";

const backend = wasm();
lossConformance("simclr", () => simclr(), { factory: simclr, backend });
lossConformance("dcl", () => dcl({ temperature: 0.5 }), { factory: dcl, backend });
// Its weights are constants to the gradient.
lossConformance("dclw", () => dclw(), { factory: dclw, backend, stopsGradient: true });
lossConformance("moco", () => moco({ size: 64, symmetric: true, temperature: 0.2 }), {
  factory: moco,
  backend,
});
