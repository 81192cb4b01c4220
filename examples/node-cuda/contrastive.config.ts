import { simAugment } from "@contrastive/augment";
import { defineConfig } from "@contrastive/core";
import { cifar10 } from "@contrastive/data-cifar";
import { projectionHead, resnet18 } from "@contrastive/encoder-resnet";
import { onlineProbe } from "@contrastive/evaluate";
import { supCon } from "@contrastive/loss-supcon";
import { sgd, warmupCosine } from "@contrastive/optimize";

/** SupCon on CIFAR-10 at a size for a GPU: ResNet-18, batches of 512. */
export default defineConfig({
  backend: "node-gpu",
  data: cifar10({ root: "data" }),
  views: [simAugment(), simAugment()],
  encoder: resnet18({ stem: "cifar" }),
  head: projectionHead({ hidden: 512, out: 128 }),
  loss: supCon({ temperature: 0.1 }),
  optimizer: sgd({
    learningRate: warmupCosine({ peak: 0.5, warmupEpochs: 10 }),
    momentum: 0.9,
    weightDecay: 1e-4,
  }),
  monitors: [onlineProbe()],
  epochs: 100,
  batchSize: 512,
  seed: 1,
});
