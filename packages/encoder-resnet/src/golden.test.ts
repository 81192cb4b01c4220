import { wasm } from "@contrastive/backend-wasm";
import { goldenSuite } from "../test/golden-suite.js";

// Winograd's rounding, 10 times as large, puts more of the relus near a tie on the other side.
goldenSuite(wasm({ winograd: false }));
