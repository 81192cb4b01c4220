import { backendConformance } from "@contrastive/testing";
import { wasm } from "./index.js";

backendConformance("wasm", () => wasm({ threads: 2 }), { factory: wasm });
