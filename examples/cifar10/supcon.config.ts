import { simAugment } from "@contrastive/augment";
import { defineConfig } from "@contrastive/core";
import { cifar10 } from "@contrastive/data-cifar";
import { projectionHead, resnet20 } from "@contrastive/encoder-resnet";
import { onlineProbe } from "@contrastive/evaluate";
import { supCon } from "@contrastive/loss-supcon";
import { sgd, warmupCosine } from "@contrastive/optimize";

/** SupCon on CIFAR-10 at a size that a CPU trains: ResNet-20, small batches. */
export default defineConfig({
  backend: "auto",
  data: cifar10({ root: "data" }),
  views: [simAugment(), simAugment()],
  encoder: resnet20(),
  head: projectionHead({ hidden: 128, out: 64, batchNorm: true }),
  loss: supCon({ temperature: 0.5 }),
  optimizer: sgd({
    learningRate: warmupCosine({ peak: 0.2, warmupEpochs: 1 }),
    momentum: 0.9,
    weightDecay: 1e-4,
  }),
  monitors: [onlineProbe()],
  epochs: 20,
  batchSize: 128,
  seed: 1,
});
