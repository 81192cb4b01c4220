import { simAugment } from "@contrastive/augment";
import { defineConfig } from "@contrastive/core";
import { imageFolder } from "@contrastive/data-image-folder";
import { projectionHead, resnet8 } from "@contrastive/encoder-resnet";
import { supCon } from "@contrastive/loss-supcon";
import { adam, warmupCosine } from "@contrastive/optimize";

/** Images are decoded to 48 × 48, and views of 32 × 32 are cut out of them: small enough for a CPU. */
const view = simAugment({ size: 32 });

/** SupCon on a folder of photos, at a size that a CPU trains. */
export default defineConfig({
  backend: "auto",
  data: imageFolder({ root: "data", size: 48, cache: "cache" }),
  views: [view, view],
  encoder: resnet8(),
  head: projectionHead({ hidden: 128, out: 64, batchNorm: true }),
  loss: supCon({ temperature: 0.5 }),
  optimizer: adam({ learningRate: warmupCosine({ peak: 3e-3, warmupEpochs: 3 }) }),
  epochs: 40,
  batchSize: 100,
  seed: 1,
});
