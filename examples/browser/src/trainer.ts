// The worker that trains, so that the page stays quick whatever computes.
import { wasm } from "@contrastive/backend-wasm";
import { webgpu } from "@contrastive/backend-webgpu";
import {
  type Backend,
  ContrastiveError,
  type Dataset,
  firstAvailable,
  type OpenDataset,
} from "@contrastive/core";
import { limit } from "@contrastive/data";
import { type FileOfFolder, imageFiles } from "@contrastive/data-image-folder";
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
import type { FromTrainer, ToTrainer } from "./messages.js";
import type { Settings } from "./settings.js";

const tell = (message: FromTrainer) => postMessage(message);

let pausing = new AbortController();
let folder: Dataset | undefined;

addEventListener("message", ({ data: message }: MessageEvent<ToTrainer>) => {
  if (message.type === "pause") pausing.abort();
  else void trainUntilPaused(message);
});

async function trainUntilPaused({ settings, files, saved }: Extract<ToTrainer, { type: "train" }>) {
  const { signal } = (pausing = new AbortController());
  try {
    const data = dataOf(settings, files);
    const heldOut = await openHeldOut(data);
    checkClasses(heldOut, settings);
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

function dataOf(settings: Settings, files?: readonly FileOfFolder[]): Dataset {
  const { data, images, classes, size } = settings;
  if (data === "shapes") {
    return synthetic({ classes, size, train: images, test: Math.min(256, images) });
  }
  if (files !== undefined) {
    const skipped = new Set<string>();
    folder = imageFiles({
      files,
      size,
      onError: "skip",
      onSkip({ path }) {
        skipped.add(path);
        tell({ type: "skipped", files: [...skipped] });
      },
    });
  }
  return folder!;
}

function checkClasses({ classes = [] }: OpenDataset, { data, loss }: Settings): void {
  if (data === "shapes" || loss === "simclr" || classes.length > 1) return;
  throw new ContrastiveError({
    who: "folder of images",
    what: "there must be two classes at least",
    got: classes,
    fix: "Put the images of each class into a subfolder of its own, or take SimCLR, which needs no classes",
  });
}

/** Enough for a picture. */
async function openHeldOut(data: Dataset): Promise<OpenDataset> {
  const test = await data.open("test");
  return test.size > 256 ? limit(test, 256, 0) : test;
}

/** A picture is of classes: images without any are all of one. */
function ofOneClass(heldOut: OpenDataset): OpenDataset {
  return {
    ...heldOut,
    classes: ["images"],
    read: async (indices, signal) => ({
      ...(await heldOut.read(indices, signal)),
      labels: new Int32Array(indices.length),
    }),
  };
}

async function showPicture(source: EncoderSource, images: OpenDataset, method: "pca" | "tsne") {
  if (images.size < 4) return;
  const heldOut = images.classes === undefined ? ofOneClass(images) : images;
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
