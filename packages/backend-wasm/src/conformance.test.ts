import { backendConformance } from "@contrastive/testing";
import { wasm } from "./index.js";

backendConformance("wasm", wasm, { factory: wasm });
