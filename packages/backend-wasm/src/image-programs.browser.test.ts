import { imageProgramConformance } from "@contrastive/testing";
import { wasm } from "./index.js";

imageProgramConformance("wasm", () => wasm({ threads: 2 }));
