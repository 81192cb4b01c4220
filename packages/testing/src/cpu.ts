import * as tf from "@tensorflow/tfjs";
import type { Backend } from "@contrastive/core";
import { installGradients } from "@contrastive/ops";

/** The plain JavaScript backend of tfjs: slow, complete, and so the reference for the others. */
export function cpu(): Backend {
  return {
    name: "cpu",
    options: {},
    source: { module: "@contrastive/testing", export: "cpu" },
    isAvailable: () => ({ ok: true }),
    async init() {
      await tf.setBackend("cpu");
      installGradients();
      return { name: "cpu", device: "JavaScript", versions: { tfjs: tf.version_core } };
    },
  };
}
