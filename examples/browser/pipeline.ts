import { simAugment } from "@contrastive/augment";
import { type Backend, type Config, type Dataset, defineConfig } from "@contrastive/core";
import { projectionHead, resnet18, resnet20, resnet8 } from "@contrastive/encoder-resnet";
import { onlineProbe } from "@contrastive/evaluate";
import { crossEntropy } from "@contrastive/loss-cross-entropy";
import { simclr } from "@contrastive/loss-simclr";
import { supCon } from "@contrastive/loss-supcon";
import { sgd, warmupCosine } from "@contrastive/optimize";

const losses = {
  supcon: () => supCon({ temperature: 0.5 }),
  simclr: () => simclr({ temperature: 0.5 }),
  "cross-entropy": () => crossEntropy(),
};

const encoders = {
  resnet8: () => resnet8(),
  resnet20: () => resnet20(),
  resnet18: () => resnet18({ stem: "cifar" }),
};

export interface Choices {
  readonly backend: Backend;
  readonly data: Dataset;
  readonly loss?: keyof typeof losses;
  readonly encoder?: keyof typeof encoders;
  /** Whether a linear classifier is trained beside the encoder, to show how well it does; it needs two classes. Default true. */
  readonly probe?: boolean;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly seed?: number;
}

/** One pipeline, in the page and in Node: what differs is the backend, and where images come from. */
export function pipeline({
  backend,
  data,
  loss = "supcon",
  encoder = "resnet8",
  probe = true,
  epochs = 30,
  batchSize = 64,
  learningRate = 0.2,
  seed = 1,
}: Choices): Config {
  // Crops of at least 40 % of an image: a smaller part of a shape may be of any class.
  const view = simAugment({ scale: [0.4, 1] });
  return defineConfig({
    backend,
    data,
    views: [view, view],
    encoder: encoders[encoder](),
    head: projectionHead({ hidden: 128, out: 64, batchNorm: true }),
    loss: losses[loss](),
    optimizer: sgd({
      learningRate: warmupCosine({ peak: learningRate, warmupEpochs: 1 }),
      momentum: 0.9,
      weightDecay: 1e-4,
    }),
    monitors: probe ? [onlineProbe()] : [],
    epochs,
    batchSize,
    seed,
  });
}
