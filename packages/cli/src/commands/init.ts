import { writeFile } from "node:fs/promises";
import { ContrastiveError } from "@contrastive/core";
import { defineCommand } from "citty";
import { commonFlags } from "../command-line.js";
import { createPluginLoader } from "../plugin-loader.js";

const typescript = `import { simAugment } from "@contrastive/augment";
import { defineConfig } from "@contrastive/core";
import { synthetic } from "@contrastive/data-synthetic";
import { projectionHead, resnet8 } from "@contrastive/encoder-resnet";
import { supCon } from "@contrastive/loss-supcon";
import { sgd, warmupCosine } from "@contrastive/optimize";

export default defineConfig({
  backend: "auto",
  // Images made by code. Real ones: cifar10({ root: "data" }) of @contrastive/data-cifar.
  data: synthetic({ size: 24 }),
  views: [simAugment(), simAugment()],
  encoder: resnet8(),
  head: projectionHead({ hidden: 128, out: 64, batchNorm: true }),
  // The paper's 0.1 is for large batches and hundreds of epochs.
  loss: supCon({ temperature: 0.5 }),
  optimizer: sgd({ learningRate: warmupCosine({ peak: 0.2, warmupEpochs: 1 }), momentum: 0.9, weightDecay: 1e-4 }),
  epochs: 10,
  batchSize: 128,
  seed: 1,
});
`;

const json = {
  backend: "auto",
  data: { use: "synthetic", size: 24 },
  views: ["sim-augment", "sim-augment"],
  encoder: "resnet8",
  head: { use: "projection", hidden: 128, out: 64, batchNorm: true },
  loss: { use: "supcon", temperature: 0.5 },
  optimizer: {
    use: "sgd",
    learningRate: { use: "warmup-cosine", peak: 0.2, warmupEpochs: 1 },
    momentum: 0.9,
    weightDecay: 1e-4,
  },
  epochs: 10,
  batchSize: 128,
  seed: 1,
};

/** What the config above, and "auto", stand on. */
const packages = [
  ...["augment", "backend-wasm", "core", "data-synthetic", "encoder-resnet", "loss-supcon", "optimize"].map(
    (name) => `@contrastive/${name}`,
  ),
  "@tensorflow/tfjs",
  "@tensorflow/tfjs-core",
];

export const initCommand = defineCommand({
  args: {
    json: { type: "boolean", description: "contrastive.config.json in the place of TypeScript" },
    ...commonFlags,
  },
  async run({ args }) {
    const file = `contrastive.config.${args.json ? "json" : "ts"}`;
    const text = args.json ? `${JSON.stringify(json, null, 2)}\n` : typescript;
    // "wx" refuses to overwrite.
    await writeFile(file, text, { flag: "wx" }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EEXIST") throw cause;
      throw new ContrastiveError({
        who: "contrastive init",
        what: `${file} is there already`,
        fix: "Rename or remove it first",
        cause,
      });
    });
    const { locate } = createPluginLoader([process.cwd()]);
    const missing = packages.filter((name) => locate(name) === undefined);
    console.log(`wrote ${file}. Next:\n`);
    if (missing.length > 0) console.log(`  npm install ${missing.join(" ")}`);
    console.log("  contrastive train\n  contrastive train --loss simclr --out runs/simclr");
  },
});
