import { backendConformance } from "@contrastive/testing";
import { wasm } from "./index.js";

backendConformance("wasm", wasm, { factory: wasm });
backendConformance("wasm without relaxed SIMD", () => wasm({ relaxedSimd: false }), { factory: wasm });
