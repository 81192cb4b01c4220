import { loadEncoder, train } from "@contrastive/train";
import { config } from "./pipeline.js";

const log = document.querySelector("#log");
const print = (line) => log.append(`${line}\n`);

try {
  const run = await train(config, {
    onEvent(event) {
      if (event.type === "start") print(`backend: ${event.record.backend.device}`);
      if (event.type === "epoch") print(`epoch ${event.epoch}: loss ${event.meanLoss.toFixed(3)}`);
    },
  });
  const encoder = await loadEncoder(run);
  const test = await config.data.open("test");
  const { images } = await test.read(Uint32Array.of(0, 1, 2, 3));
  const embeddings = await encoder.embed(images);
  print(`embeddings: ${embeddings.shape}`);
  document.title = "done";
} catch (error) {
  print(error.message);
  document.title = "failed";
}
