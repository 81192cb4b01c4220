import { lossConformance } from "@contrastive/testing";
// By path: losses stand beside backends, and neither names the other.
import { wasm } from "../../backend-wasm/src/wasm.js";
import {
  arcFace,
  cosFace,
  largeMarginSoftmax,
  proxyAnchor,
  proxyNca,
  softTriple,
  sphereFace,
} from "./index.js";

const backend = wasm();

lossConformance("large-margin-softmax", () => largeMarginSoftmax({ annealing: 0 }), { backend });
lossConformance("sphere-face", () => sphereFace({ scale: 10, annealing: 0 }), { backend });
lossConformance("cos-face", () => cosFace({ scale: 16 }), { backend });
lossConformance("arc-face", () => arcFace({ scale: 16 }), { backend });
lossConformance("proxy-nca", () => proxyNca(), { backend });
lossConformance("proxy-anchor", () => proxyAnchor({ scale: 8 }), { backend });
lossConformance("soft-triple", () => softTriple(), { backend });
