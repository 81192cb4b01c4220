import { defineConfig } from "@contrastive/core";
import { simclr } from "@contrastive/loss-simclr";
import supcon from "./supcon.config.js";

/** The same recipe without labels. */
export default defineConfig({ ...supcon, loss: simclr({ temperature: 0.5 }) });
