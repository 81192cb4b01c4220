import { simAugment } from "@contrastive/augment";
import { defineConfig } from "@contrastive/core";
import { imageFolder } from "@contrastive/data-image-folder";
import { projectionHead, resnet8 } from "@contrastive/encoder-resnet";
import { supCon } from "@contrastive/loss-supcon";
import { adam, warmupCosine } from "@contrastive/optimize";

/** Images are decoded to 64 × 64, and views cut out of them: less than that is too coarse to see a flower's form. */
const view = simAugment({ size: 48 });

/** SupCon on a folder of photos, at a size that a CPU trains. */
export default defineConfig({
  backend: "auto",
  data: imageFolder({ root: "data", size: 64, cache: "cache" }),
  views: [view, view],
  encoder: resnet8(),
  head: projectionHead({ hidden: 128, out: 64, batchNorm: true }),
  loss: supCon({ temperature: 0.1 }),
  optimizer: adam({ learningRate: warmupCosine({ peak: 3e-3, warmupEpochs: 3 }) }),
  epochs: 20,
  batchSize: 100,
  seed: 1,
});
