import { simAugment } from "@contrastive/augment";
import { defineConfig } from "@contrastive/core";
import { cifar10 } from "@contrastive/data-cifar";
import { projectionHead, resnet50 } from "@contrastive/encoder-resnet";
import { onlineProbe } from "@contrastive/evaluate";
import { supCon } from "@contrastive/loss-supcon";
import { sgd, warmupCosine } from "@contrastive/optimize";

/** SupCon on CIFAR-10 with SupContrast's settings. */
export default defineConfig({
  backend: "auto",
  data: cifar10({ root: "data" }),
  views: [simAugment(), simAugment()],
  encoder: resnet50({ stem: "cifar" }),
  head: projectionHead({ out: 128 }),
  loss: supCon({ temperature: 0.1 }),
  optimizer: sgd({
    learningRate: warmupCosine({ peak: 0.5, warmupEpochs: 10, end: 0.0005 }),
    momentum: 0.9,
    weightDecay: 1e-4,
  }),
  monitors: [onlineProbe()],
  epochs: 1000,
  batchSize: 1024,
  seed: 1,
});
