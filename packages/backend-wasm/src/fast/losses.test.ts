import { lossConformance } from "@contrastive/testing";
// By path: losses stand beside backends, and neither names the other.
import { crossEntropy } from "../../../loss-cross-entropy/src/index.js";
import { torchSuite } from "../../../loss-cross-entropy/test/torch-suite.js";
import { barlowTwins, byol, simSiam, vicReg } from "../../../loss-self-supervised/src/index.js";
import { peersSuite } from "../../../loss-self-supervised/test/peers-suite.js";
import { wasm } from "../wasm.js";

const backend = wasm();

lossConformance("barlow-twins", () => barlowTwins(), { factory: barlowTwins, backend });
lossConformance("vicreg", () => vicReg(), { factory: vicReg, backend });
lossConformance("simsiam", () => simSiam(), { factory: simSiam, backend, stopsGradient: true });
lossConformance("byol", () => byol({ hidden: 20 }), {
  factory: byol,
  backend,
  // A step crosses the kinks of some relus.
  gradientStep: 5e-4,
  gradientTolerance: 3e-2,
});
peersSuite(backend);

lossConformance("cross-entropy", () => crossEntropy({ classWeights: [0.2, 3, 0], labelSmoothing: 0.1 }), {
  factory: crossEntropy,
  backend,
});
lossConformance("cross-entropy with soft labels", () => crossEntropy({ labels: "soft" }), {
  factory: crossEntropy,
  backend,
});
torchSuite(backend);
