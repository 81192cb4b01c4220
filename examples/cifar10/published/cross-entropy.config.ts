import { simAugment } from "@contrastive/augment";
import { defineConfig } from "@contrastive/core";
import { crossEntropy } from "@contrastive/loss-cross-entropy";
import { sgd, warmupCosine } from "@contrastive/optimize";
import supcon from "./supcon.config.js";

/** The baseline of SupContrast: the same encoder under cross-entropy, one view, a higher learning rate. */
export default defineConfig({
  ...supcon,
  views: [simAugment()],
  loss: crossEntropy(),
  optimizer: sgd({
    learningRate: warmupCosine({ peak: 0.8, warmupEpochs: 10, end: 0.0008 }),
    momentum: 0.9,
    weightDecay: 1e-4,
  }),
  epochs: 500,
});
