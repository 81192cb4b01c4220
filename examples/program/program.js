import { loadEncoder, train } from "@contrastive/train";
import { config } from "./pipeline.js";

const run = await train(config, {
  onEvent(event) {
    if (event.type === "start") console.log(`backend: ${event.record.backend.device}`);
    if (event.type === "epoch") console.log(`epoch ${event.epoch}: loss ${event.meanLoss.toFixed(3)}`);
  },
});
const encoder = await loadEncoder(run);
const test = await config.data.open("test");
const { images } = await test.read(Uint32Array.of(0, 1, 2, 3));
const embeddings = await encoder.embed(images);
console.log(`embeddings: ${embeddings.shape}`);
