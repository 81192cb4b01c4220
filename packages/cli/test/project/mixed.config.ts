import { mixUp } from "@contrastive/augment";
import { defineConfig } from "@contrastive/core";
import { crossEntropy } from "@contrastive/loss-cross-entropy";
import tiny from "./tiny.config.js";

export default defineConfig({ ...tiny, mix: mixUp(), loss: crossEntropy({ labels: "soft" }) });
