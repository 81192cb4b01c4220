// Trains the same small encoder three ways, on the same views and with the same seed, and compares what it learned.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { simAugment } from "@contrastive/augment";
import { wasm } from "@contrastive/backend-wasm";
import { comparedRun, formatDuration, formatShare, formatTable, runTraining, speed } from "@contrastive/cli";
import { defineConfig } from "@contrastive/core";
import { synthetic } from "@contrastive/data-synthetic";
import { projectionHead, resnet8 } from "@contrastive/encoder-resnet";
import { onlineProbe } from "@contrastive/evaluate";
import { crossEntropy } from "@contrastive/loss-cross-entropy";
import { simclr } from "@contrastive/loss-simclr";
import { supCon } from "@contrastive/loss-supcon";
import { sgd, warmupCosine } from "@contrastive/optimize";
import { renderComparison } from "@contrastive/report";

const runs = fileURLToPath(new URL("runs/", import.meta.url));

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
    optimizer: sgd({
      learningRate: warmupCosine({ peak: 0.1, warmupEpochs: 1 }),
      momentum: 0.9,
      weightDecay: 1e-4,
    }),
    monitors: [onlineProbe()],
    epochs: 10,
    batchSize: 64,
    seed: 1,
  });

const losses = {
  supcon: supCon({ temperature: 0.5 }),
  simclr: simclr({ temperature: 0.5 }),
  "cross-entropy": crossEntropy(),
};

const results = [];
for (const [name, loss] of Object.entries(losses)) {
  console.error(`\n${name}`);
  results.push(await runTraining(pipeline(loss), { out: `${runs}${name}`, name, overwrite: true }));
}

const scores = ({ linearProbe, knn }) => [formatShare(linearProbe.accuracy), formatShare(knn.accuracy)];
const rows = results.map(({ name, record, history, evaluation }) => [
  name,
  ...scores(evaluation.trained),
  history.at(-1).loss.toFixed(3),
  speed(record, history).toFixed(0),
  formatDuration(history.at(-1).seconds),
]);
const untrained = ["untrained", ...scores(results[0].evaluation.untrained), "–", "–", "–"];
const headings = ["loss", "linear probe", "kNN", "loss at the end", "images/s", "time"];
console.log(formatTable(headings, [...rows, untrained]));

const page = `${runs}comparison.html`;
await writeFile(
  page,
  renderComparison({ title: "Three losses, one encoder", runs: results.map(comparedRun) }),
);
console.log(`\nEach run has its page (${runs}supcon/report.html); all three side by side: ${page}`);
