// Written by scripts/write-names.mjs: "npm run names".
import type { PluginLoader } from "@contrastive/core";

export const names = {
  augmentation: {
    "center-crop": "@contrastive/augment#centerCrop",
    "color-jitter": "@contrastive/augment#colorJitter",
    compose: "@contrastive/augment#compose",
    "gaussian-blur": "@contrastive/augment#gaussianBlur",
    grayscale: "@contrastive/augment#grayscale",
    identity: "@contrastive/augment#identity",
    "random-flip": "@contrastive/augment#randomFlip",
    "random-resized-crop": "@contrastive/augment#randomResizedCrop",
    resize: "@contrastive/augment#resize",
    "sim-augment": "@contrastive/augment#simAugment",
  },
  backend: {
    wasm: "@contrastive/backend-wasm#wasm",
  },
  dataset: {
    cifar10: "@contrastive/data-cifar#cifar10",
    cifar100: "@contrastive/data-cifar#cifar100",
    synthetic: "@contrastive/data-synthetic#synthetic",
  },
  encoder: {
    resnet101: "@contrastive/encoder-resnet#resnet101",
    resnet152: "@contrastive/encoder-resnet#resnet152",
    resnet18: "@contrastive/encoder-resnet#resnet18",
    resnet20: "@contrastive/encoder-resnet#resnet20",
    resnet200: "@contrastive/encoder-resnet#resnet200",
    resnet32: "@contrastive/encoder-resnet#resnet32",
    resnet34: "@contrastive/encoder-resnet#resnet34",
    resnet50: "@contrastive/encoder-resnet#resnet50",
    resnet56: "@contrastive/encoder-resnet#resnet56",
    resnet8: "@contrastive/encoder-resnet#resnet8",
  },
  head: {
    linear: "@contrastive/encoder-resnet#linearHead",
    projection: "@contrastive/encoder-resnet#projectionHead",
  },
  loss: {
    "cross-entropy": "@contrastive/loss-cross-entropy#crossEntropy",
    simclr: "@contrastive/loss-simclr#simclr",
    supcon: "@contrastive/loss-supcon#supCon",
  },
  monitor: {
    "online-probe": "@contrastive/evaluate#onlineProbe",
  },
  optimizer: {
    adam: "@contrastive/optimize#adam",
    adamw: "@contrastive/optimize#adamw",
    "add-decayed-weights": "@contrastive/optimize#addDecayedWeights",
    chain: "@contrastive/optimize#chain",
    "clip-by-global-norm": "@contrastive/optimize#clipByGlobalNorm",
    lars: "@contrastive/optimize#lars",
    rmsprop: "@contrastive/optimize#rmsprop",
    "scale-by-adam": "@contrastive/optimize#scaleByAdam",
    "scale-by-learning-rate": "@contrastive/optimize#scaleByLearningRate",
    "scale-by-rms": "@contrastive/optimize#scaleByRms",
    "scale-by-trust-ratio": "@contrastive/optimize#scaleByTrustRatio",
    sgd: "@contrastive/optimize#sgd",
    trace: "@contrastive/optimize#trace",
  },
  sampler: {
    "class-balanced": "@contrastive/data#classBalanced",
    sequential: "@contrastive/data#sequential",
    shuffle: "@contrastive/data#shuffle",
  },
  schedule: {
    chained: "@contrastive/optimize#chained",
    constant: "@contrastive/optimize#constant",
    cosine: "@contrastive/optimize#cosine",
    exponential: "@contrastive/optimize#exponential",
    linear: "@contrastive/optimize#linear",
    step: "@contrastive/optimize#step",
    warmup: "@contrastive/optimize#warmup",
    "warmup-cosine": "@contrastive/optimize#warmupCosine",
  },
} satisfies PluginLoader["names"];
