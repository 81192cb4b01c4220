import { lossConformance } from "@contrastive/testing";
import { plugins } from "./index.js";
for (const [name, factory] of Object.entries(plugins.loss)) lossConformance(name, () => factory(), { factory });
