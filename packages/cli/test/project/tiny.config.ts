import { simAugment } from "@contrastive/augment";
import { defineConfig } from "@contrastive/core";
import { synthetic } from "@contrastive/data-synthetic";
import { projectionHead, resnet8 } from "@contrastive/encoder-resnet";
import { onlineProbe } from "@contrastive/evaluate";
import { supCon } from "@contrastive/loss-supcon";
import { sgd, warmupCosine } from "@contrastive/optimize";

export default defineConfig({
  backend: "auto",
  data: synthetic({ classes: 2, size: 16, train: 16, test: 8 }),
  views: [simAugment(), simAugment()],
  encoder: resnet8({ width: 0.5 }),
  head: projectionHead({ hidden: 8, out: 4 }),
  loss: supCon({ temperature: 0.1 }),
  optimizer: sgd({ learningRate: warmupCosine({ peak: 0.1, warmupEpochs: 0 }), momentum: 0.9 }),
  monitors: [onlineProbe()],
  epochs: 1,
  batchSize: 8,
});
