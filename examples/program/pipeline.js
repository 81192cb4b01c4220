import { simAugment } from "@contrastive/augment";
import { wasm } from "@contrastive/backend-wasm";
import { defineConfig } from "@contrastive/core";
import { synthetic } from "@contrastive/data-synthetic";
import { projectionHead, resnet8 } from "@contrastive/encoder-resnet";
import { supCon } from "@contrastive/loss-supcon";
import { sgd } from "@contrastive/optimize";

/** One pipeline, the same object in Node and in a browser. */
export const config = defineConfig({
  backend: wasm(),
  data: synthetic({ classes: 4, size: 16, train: 96, test: 32 }),
  views: [simAugment(), simAugment()],
  encoder: resnet8({ width: 0.5 }),
  head: projectionHead({ hidden: 32, out: 16 }),
  loss: supCon({ temperature: 0.1 }),
  optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
  epochs: 3,
  batchSize: 32,
  seed: 1,
});
