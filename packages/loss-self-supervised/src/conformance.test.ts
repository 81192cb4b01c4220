import { lossConformance } from "@contrastive/testing";
import { barlowTwins, byol, simSiam, vicReg } from "./index.js";

lossConformance("barlow-twins by default", () => barlowTwins(), { factory: barlowTwins });
lossConformance(
  "barlow-twins on the representation, decorrelating more",
  () => barlowTwins({ lambda: 0.5, scale: 1, on: "representation" }),
  { factory: barlowTwins },
);

lossConformance("vicreg by default", () => vicReg(), { factory: vicReg });
lossConformance(
  "vicreg on the representation, with covariance above all",
  () => vicReg({ invariance: 1, variance: 1, covariance: 10, epsilon: 1e-3, on: "representation" }),
  { factory: vicReg },
);

lossConformance("simsiam by default", () => simSiam(), { factory: simSiam, stopsGradient: true });
lossConformance(
  "simsiam on the representation, with a wide predictor",
  () => simSiam({ hidden: 9, on: "representation" }),
  { factory: simSiam, stopsGradient: true },
);

// A step crosses the kinks of some relus.
const pastKinks = { gradientStep: 5e-4, gradientTolerance: 3e-2 };

lossConformance("byol", () => byol({ hidden: 20 }), { factory: byol, ...pastKinks });
lossConformance(
  "byol on the representation, with a narrow predictor",
  () => byol({ hidden: 7, scale: 0.5, on: "representation" }),
  { factory: byol, ...pastKinks },
);
