import { colorJitter, compose, randomFlip, randomResizedCrop } from "@contrastive/augment";
import { defineConfig } from "@contrastive/core";
import { fashionMnist } from "@contrastive/data-idx";
import { projectionHead, resnet8 } from "@contrastive/encoder-resnet";
import { supCon } from "@contrastive/loss-supcon";
import { sgd, warmupCosine } from "@contrastive/optimize";

/** Clothes fill their picture and have no colour: crops are large, and only brightness and contrast vary. */
const view = compose([
  randomResizedCrop({ scale: [0.5, 1] }),
  randomFlip(),
  colorJitter({ brightness: 0.4, contrast: 0.4 }),
]);

/** SupCon on Fashion-MNIST at a size that a CPU trains. */
export default defineConfig({
  backend: "auto",
  data: fashionMnist({ root: "data" }),
  views: [view, view],
  encoder: resnet8(),
  head: projectionHead({ hidden: 128, out: 64, batchNorm: true }),
  loss: supCon({ temperature: 0.5 }),
  optimizer: sgd({
    learningRate: warmupCosine({ peak: 0.2, warmupEpochs: 1 }),
    momentum: 0.9,
    weightDecay: 1e-4,
  }),
  epochs: 4,
  batchSize: 128,
  seed: 1,
});
