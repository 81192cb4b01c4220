import { mixUp } from "@contrastive/augment";
import { defineConfig } from "@contrastive/core";
import { crossEntropy } from "@contrastive/loss-cross-entropy";
import supcon from "./supcon.config.js";

/** Cross-entropy on batches that MixUp has blended, images and labels. */
export default defineConfig({
  ...supcon,
  mix: mixUp({ alpha: 0.2 }),
  loss: crossEntropy({ labels: "soft" }),
});
