import { imageProgramConformance } from "@contrastive/testing";
import { wasm } from "./index.js";

imageProgramConformance("wasm in a thread", () => wasm({ threads: 1 }));
imageProgramConformance("wasm in threads", () => wasm({ threads: 2 }));
imageProgramConformance("wasm without relaxed SIMD", () => wasm({ relaxedSimd: false }));
