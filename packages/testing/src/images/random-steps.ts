import type { Rng } from "@contrastive/core";
import type { ImageShape, ImageStep } from "@contrastive/ops";
import { bentBy, borders, interpolations } from "./step-cases.js";

type Op = ImageStep["op"];

/** Steps of all kinds, one after the other, each on what the one before makes. */
export function randomSteps(rng: Rng, from: ImageShape, count: number): ImageStep[] {
  const steps: ImageStep[] = [];
  let shape = from;
  for (let i = 0; i < count; i++) {
    const step = makers[ops[rng.below(ops.length)]](rng, shape);
    steps.push(step);
    shape = shapeAfter(step, shape);
  }
  return steps;
}

export function shapeAfter(step: ImageStep, shape: ImageShape): ImageShape {
  if (step.op !== "resizedCrop" && step.op !== "warp") return shape;
  return { ...shape, height: step.outHeight, width: step.outWidth };
}

const makers: { readonly [Name in Op]: (rng: Rng, shape: ImageShape) => ImageStep } = {
  resizedCrop: (rng, shape) => ({ op: "resizedCrop", ...boxIn(rng, shape), ...someOutput(rng) }),
  flipHorizontal: () => ({ op: "flipHorizontal" }),
  flipVertical: () => ({ op: "flipVertical" }),
  brightness: (rng) => ({ op: "brightness", factor: someFactor(rng) }),
  contrast: (rng) => ({ op: "contrast", factor: someFactor(rng) }),
  saturation: (rng) => ({ op: "saturation", factor: someFactor(rng) }),
  hue: (rng) => ({ op: "hue", shift: rng.uniform() - 0.5 }),
  grayscale: () => ({ op: "grayscale" }),
  gaussianBlur: (rng, { height, width }) => ({
    op: "gaussianBlur",
    kernelSize: 2 * rng.below(Math.min(height, width)) + 1,
    sigma: 10 ** (3 * rng.uniform() - 1.5),
  }),
  warp: (rng) => ({
    op: "warp",
    xx: 1 + 0.4 * rng.normal(),
    xy: 0.4 * rng.normal(),
    x0: 3 * rng.normal(),
    yx: 0.4 * rng.normal(),
    yy: 1 + 0.4 * rng.normal(),
    y0: 3 * rng.normal(),
    wx: rng.below(2) * 0.03 * rng.normal(),
    wy: rng.below(2) * 0.03 * rng.normal(),
    ...someOutput(rng),
    interpolation: interpolations[rng.below(interpolations.length)],
    border: borders[rng.below(borders.length)],
    fill: rng.uniform(),
  }),
  bend: (rng, { height, width }) => bentBy(height, width, () => (0.3 * width * rng.normal()) / 3),
  solarize: (rng) => ({ op: "solarize", threshold: rng.below(256) / 255 }),
  posterize: (rng) => ({ op: "posterize", bits: rng.below(9) }),
  invert: () => ({ op: "invert" }),
  equalize: () => ({ op: "equalize" }),
  autocontrast: () => ({ op: "autocontrast" }),
  sharpness: (rng) => ({ op: "sharpness", factor: someFactor(rng) }),
  erase: (rng, shape) => ({
    op: "erase",
    ...boxIn(rng, shape),
    red: rng.uniform(),
    green: rng.uniform(),
    blue: rng.uniform(),
  }),
  eraseWithNoise: (rng, shape) => ({
    op: "eraseWithNoise",
    ...boxIn(rng, shape),
    seed: rng.below(2 ** 24),
  }),
};

const ops = Object.keys(makers) as readonly Op[];

/** Mostly near 1, so that pictures stay pictures. */
function someFactor(rng: Rng): number {
  return rng.below(8) === 0 ? 10 ** (20 * rng.uniform() - 10) : 0.5 + rng.uniform();
}

function boxIn(rng: Rng, { height, width }: ImageShape) {
  const box = {
    height: height - rng.below(Math.ceil(height / 2)),
    width: width - rng.below(Math.ceil(width / 2)),
  };
  return { top: rng.below(height - box.height + 1), left: rng.below(width - box.width + 1), ...box };
}

function someOutput(rng: Rng) {
  return { outHeight: 1 + rng.below(40), outWidth: 1 + rng.below(40) };
}
