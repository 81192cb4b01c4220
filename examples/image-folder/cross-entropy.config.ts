import { defineConfig } from "@contrastive/core";
import { crossEntropy } from "@contrastive/loss-cross-entropy";
import supcon from "./supcon.config.js";

/** The same recipe under cross-entropy, the baseline; its classifier stands on the representation. */
export default defineConfig({ ...supcon, loss: crossEntropy() });
