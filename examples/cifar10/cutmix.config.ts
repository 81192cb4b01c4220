import { cutMix, mixUp, randomMix } from "@contrastive/augment";
import { defineConfig } from "@contrastive/core";
import { crossEntropy } from "@contrastive/loss-cross-entropy";
import supcon from "./supcon.config.js";

/** Cross-entropy on mixed batches: half of them by CutMix, half by MixUp, with the labels mixed alike. */
export default defineConfig({
  ...supcon,
  mix: randomMix([cutMix({ alpha: 1 }), mixUp({ alpha: 0.2 })]),
  loss: crossEntropy({ labels: "soft" }),
});
