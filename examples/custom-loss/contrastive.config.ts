import { simAugment } from "@contrastive/augment";
import { defineConfig } from "@contrastive/core";
import { synthetic } from "@contrastive/data-synthetic";
import { projectionHead, resnet8 } from "@contrastive/encoder-resnet";
import { sgd } from "@contrastive/optimize";
import { alignmentUniformity } from "./alignment-uniformity.js";

export default defineConfig({
  backend: "auto",
  data: synthetic({ classes: 4, size: 16, train: 512, test: 256 }),
  views: [simAugment(), simAugment()],
  encoder: resnet8(),
  head: projectionHead({ hidden: 64, out: 32, batchNorm: true }),
  loss: alignmentUniformity(),
  optimizer: sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4 }),
  epochs: 5,
  batchSize: 64,
  seed: 1,
});
