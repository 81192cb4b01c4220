// Trains the same small encoder with each loss, on the same views and with the same seed, and prints what each learned.
//
//     npm run --silent compare                 all of them
//     npm run --silent compare -- supcon byol  some
import { simAugment } from "@contrastive/augment";
import { wasm } from "@contrastive/backend-wasm";
import { formatDuration, formatShare, formatTable, runTraining } from "@contrastive/cli";
import { ContrastiveError, defineConfig } from "@contrastive/core";
import { synthetic } from "@contrastive/data-synthetic";
import { projectionHead, resnet8 } from "@contrastive/encoder-resnet";
import { adamw, warmupCosine } from "@contrastive/optimize";
import { losses } from "./losses.js";

// Crops of at least 40 % of an image: a smaller part of a shape may be of any class.
const view = simAugment({ scale: [0.4, 1] });

const pipeline = (loss) =>
  defineConfig({
    backend: wasm(),
    data: synthetic({ classes: 6, size: 16, train: 2048, test: 512 }),
    views: [view, view],
    encoder: resnet8(),
    head: projectionHead({ hidden: 128, out: 64, batchNorm: true }),
    loss,
    // Takes steps of one size whatever the scale of the loss, which differs a hundredfold among these.
    optimizer: adamw({ learningRate: warmupCosine({ peak: 0.005, warmupEpochs: 1 }) }),
    epochs: 6,
    batchSize: 64,
    seed: 1,
  });

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(losses);
const rows = [];
let untrained;
for (const name of names) {
  if (losses[name] === undefined) {
    throw new ContrastiveError({
      who: "compare",
      what: `there is no loss "${name}"`,
      fix: `Known: ${Object.keys(losses).join(", ")}`,
    });
  }
  console.error(`\n${name}`);
  const out = new URL(`runs/${name.replaceAll(/[^a-z]+/g, "-")}`, import.meta.url).pathname;
  const { history, evaluation } = await runTraining(pipeline(losses[name]), { out, name, overwrite: true });
  const { linearProbe, knn } = evaluation.trained;
  untrained = evaluation.untrained;
  rows.push([
    name,
    formatShare(linearProbe.accuracy),
    formatShare(knn.accuracy),
    history[0].loss.toFixed(3),
    history.at(-1).loss.toFixed(3),
    formatDuration(history.at(-1).seconds),
  ]);
}
const { linearProbe, knn } = untrained;
rows.push(["untrained", formatShare(linearProbe.accuracy), formatShare(knn.accuracy), "–", "–", "–"]);
console.log(formatTable(["loss", "linear probe", "kNN", "first loss", "last loss", "time"], rows));
