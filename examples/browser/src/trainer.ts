// The worker that trains, so that the page stays quick whatever computes.
import { wasm } from "@contrastive/backend-wasm";
import { webgpu } from "@contrastive/backend-webgpu";
import { type Backend, type Dataset, firstAvailable, type OpenDataset } from "@contrastive/core";
import { limit } from "@contrastive/data";
import { synthetic } from "@contrastive/data-synthetic";
import { embed2d, extractFeatures } from "@contrastive/evaluate";
import {
  checkpointedWeights,
  type EncoderSource,
  loadEncoder,
  memoryStorage,
  train,
  type TrainEvent,
} from "@contrastive/train";
import { pipeline } from "../pipeline.js";
import { type PickedFile, readImageFolder } from "./image-folder.js";
import type { FromTrainer, ToTrainer } from "./messages.js";
import type { Settings } from "./settings.js";

const tell = (message: FromTrainer) => postMessage(message);

let pausing = new AbortController();
let folder: Promise<Dataset> | undefined;

addEventListener("message", ({ data: message }: MessageEvent<ToTrainer>) => {
  if (message.type === "pause") pausing.abort();
  else void trainUntilPaused(message);
});

async function trainUntilPaused({ settings, files, saved }: Extract<ToTrainer, { type: "train" }>) {
  const { signal } = (pausing = new AbortController());
  try {
    const data = await dataOf(settings, files);
    const heldOut = await openHeldOut(data);
    const storage = memoryStorage();
    for (const [path, bytes] of saved ?? []) await storage.write(path, bytes);

    const onEvent = async (event: TrainEvent) => {
      if (event.type === "step") tell(event);
      if (event.type === "start") {
        const { encoder, ...started } = event;
        tell(started);
        await showPicture(encoder, heldOut, "pca");
      }
      if (event.type === "epoch") await showPicture(event.encoder, heldOut, "pca");
      if (event.type === "checkpoint") {
        const weights = await checkpointedWeights(storage);
        // Their bytes are of this worker alone: no storage in memory shares any.
        tell({ type: "saved", step: event.step, files: storage.files, weights } as FromTrainer);
      }
    };
    tell({ type: "preparing", what: "Starting the backend" });
    const { loss, encoder, epochs, batch, rate, seed } = settings;
    const config = pipeline({
      backend: backendOf(settings),
      data,
      loss,
      encoder,
      // A folder for SimCLR may have one class.
      probe: heldOut.classes !== undefined && heldOut.classes.length > 1,
      epochs,
      batchSize: batch,
      learningRate: rate,
      seed,
    });
    const run = await train(config, { storage, signal, onEvent, resume: true, checkpointSeconds: 5 });
    try {
      // Of a few, t-SNE shows nothing.
      await showPicture(run, heldOut, heldOut.size < 50 ? "pca" : "tsne");
    } finally {
      run.dispose();
    }
    tell({ type: "done" });
  } catch (error) {
    if (signal.aborted) tell({ type: "paused" });
    else tell({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  }
}

function backendOf({ backend, software }: Settings): Backend {
  const gpu = webgpu({ software });
  return { auto: firstAvailable([gpu, wasm()]), webgpu: gpu, wasm: wasm() }[backend];
}

async function dataOf(settings: Settings, files?: readonly PickedFile[]): Promise<Dataset> {
  const { data, images, classes, size, loss } = settings;
  if (data === "shapes") {
    return synthetic({ classes, size, train: images, test: Math.min(256, images) });
  }
  if (files !== undefined) {
    folder = readImageFolder(files, {
      size,
      labelled: loss !== "simclr",
      onProgress: (done, total) => tell({ type: "preparing", what: `Reading images: ${done} of ${total}` }),
    }).then(({ data: read, skipped }) => {
      if (skipped.length > 0) tell({ type: "skipped", files: skipped });
      return read;
    });
  }
  return folder!;
}

/** Enough for a picture. */
async function openHeldOut(data: Dataset): Promise<OpenDataset> {
  const test = await data.open("test");
  return test.size > 256 ? limit(test, 256, 0) : test;
}

async function showPicture(source: EncoderSource, heldOut: OpenDataset, method: "pca" | "tsne") {
  if (heldOut.size < 4) return;
  const encoder = await loadEncoder(source);
  try {
    const features = await extractFeatures(encoder, heldOut);
    // Of images that are all alike to the encoder there is no picture, which is no reason to stop.
    const layout = await embed2d(features, { method, seed: 1 }).catch(() => undefined);
    if (layout === undefined) return;
    const { points, labels } = layout;
    const caption = `${method === "pca" ? "PCA" : "t-SNE"} of ${heldOut.size} held-out images`;
    tell({ type: "picture", picture: { points, labels, classes: heldOut.classes ?? [], caption } });
  } finally {
    encoder.dispose();
  }
}
