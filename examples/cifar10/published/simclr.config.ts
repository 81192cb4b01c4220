import { defineConfig } from "@contrastive/core";
import { simclr } from "@contrastive/loss-simclr";
import supcon from "./supcon.config.js";

/** SimCLR on CIFAR-10: the same recipe without labels, at the temperature of its authors' CIFAR-10 runs. */
export default defineConfig({ ...supcon, loss: simclr({ temperature: 0.5 }) });
