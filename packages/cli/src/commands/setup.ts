import type * as setup from "@contrastive/backend-node-gpu/setup";
import { ContrastiveError } from "@contrastive/core";
import { defineCommand } from "citty";
import { commonFlags } from "../command-line.js";
import { createPluginLoader } from "../plugin-loader.js";

export const setupCommand = defineCommand({
  args: {
    what: { type: "positional", description: "tensorflow", required: true },
    python: { type: "string", description: "A Python that has TensorFlow. Default: python3" },
    library: { type: "string", description: "In its place, the folder of a TensorFlow that is unpacked" },
    ...commonFlags,
  },
  async run({ args: { what, python, library } }) {
    if (what !== "tensorflow") {
      throw new ContrastiveError({
        who: "contrastive setup",
        what: "there is one thing to set up",
        got: what,
        fix: "Run: npx contrastive setup tensorflow",
      });
    }
    const loader = createPluginLoader([process.cwd()]);
    const module = await loader.import("@contrastive/backend-node-gpu/setup");
    const { setupTensorflow } = module as unknown as typeof setup;
    const built = setupTensorflow({ python, library, onProgress: (text) => console.log(text) });
    for (const { name, version, gpu } of built) {
      console.log(
        `✓ ${name} multiplies with TensorFlow ${version}, ${gpu ? "on CUDA" : "on the CPU: it finds no CUDA device"}`,
      );
    }
  },
});
