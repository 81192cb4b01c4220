import * as tf from "@tensorflow/tfjs-core";
import { createRng, type ImageShape, type Params } from "@contrastive/core";
import { cpu } from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { resnet101, resnet152, resnet18, resnet20, resnet200, resnet34, resnet50, resnet8 } from "./index.js";
import { type Architecture, type Layer, planResNet } from "./plan.js";

beforeAll(async () => void (await cpu().init()));

const rgb = (size: number): ImageShape => ({ height: size, width: size, channels: 3 });

// torchvision's published counts less those of the classifier; ResNet-200's is timm's, the CIFAR nets' those of
// their most used port to PyTorch.
test.each([
  { block: "basic", depths: [2, 2, 2, 2], parameters: 11_689_512 - 513_000 },
  { block: "basic", depths: [3, 4, 6, 3], parameters: 21_797_672 - 513_000 },
  { block: "bottleneck", depths: [3, 4, 6, 3], parameters: 25_557_032 - 2_049_000 },
  { block: "bottleneck", depths: [3, 4, 23, 3], parameters: 44_549_160 - 2_049_000 },
  { block: "bottleneck", depths: [3, 8, 36, 3], parameters: 60_192_808 - 2_049_000 },
  { block: "bottleneck", depths: [3, 24, 36, 3], parameters: 64_673_832 - 2_049_000 },
  { block: "basic", depths: [3, 3, 3], parameters: 269_722 - 650 },
  { block: "basic", depths: [5, 5, 5], parameters: 464_154 - 650 },
  { block: "basic", depths: [9, 9, 9], parameters: 853_018 - 650 },
] as const)("$block blocks $depths have $parameters parameters", ({ block, depths, parameters }) => {
  const cifar = depths.length === 3;
  const architecture: Architecture = {
    block,
    depths,
    widths: cifar ? [16, 32, 64] : [64, 128, 256, 512],
    stem: cifar ? "cifar" : "imagenet",
    shortcut: cifar ? "padded-identity" : "projection",
  };
  const { stem, blocks } = planResNet(architecture, 3);
  const layers: readonly Layer[] = [
    stem,
    ...blocks.flatMap(({ layers, shortcut }) =>
      shortcut.kind === "projection" ? [...layers, shortcut.layer] : layers,
    ),
  ];
  const counts = layers.map(({ kernel, inputs, outputs }) => kernel ** 2 * inputs * outputs + 2 * outputs);
  expect(counts.reduce((a, b) => a + b)).toBe(parameters);
});

test.each([
  [resnet18, 512],
  [resnet34, 512],
  [resnet50, 2048],
  [resnet101, 2048],
  [resnet152, 2048],
  [resnet200, 2048],
] as const)("%o has the dim %i, and a multiple with a width", (make, dim) => {
  expect(make().dim).toBe(dim);
  expect(make({ width: 2 }).dim).toBe(2 * dim);
  expect(make().options).toEqual({
    stem: "imagenet",
    width: 1,
    zeroInitResidual: false,
    batchNormMomentum: 0.1,
  });
});

test("the CIFAR nets have the dim 64, and the shortcut of the paper", () => {
  expect(resnet20().dim).toBe(64);
  expect(resnet20({ width: 4 }).dim).toBe(256);
  expect(resnet20().options).toMatchObject({ shortcut: "A", width: 1 });
});

describe("init", () => {
  test("draws convolutions as He normal, fan out, each from a stream of its name", async () => {
    const { weights, buffers } = resnet8().init(createRng(1), rgb(32));
    for (const [name, deviation] of [
      ["layer2.0.conv1.weight", Math.sqrt(2 / (9 * 32))],
      ["layer3.0.conv1.weight", Math.sqrt(2 / (9 * 64))],
    ] as const) {
      const values = [...(await weights[name].data())];
      expect(Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length) / deviation).toBeCloseTo(
        1,
        1,
      );
    }
    const draw = createRng(1).fork("layer2.0.conv1.weight");
    const first = (await weights["layer2.0.conv1.weight"].data())[0];
    expect(first).toBe(Math.fround(draw.normal() * Math.sqrt(2 / (9 * 32))));
    tf.dispose([weights, buffers]);
  });

  test("starts each block as an identity where zeroInitResidual says so", async () => {
    const { weights } = resnet8({ zeroInitResidual: true }).init(createRng(1), rgb(32));
    expect(await sum(weights, "layer2.0.bn1.weight")).toBe(32);
    expect(await sum(weights, "layer2.0.bn2.weight")).toBe(0);
    const { weights: plain } = resnet8().init(createRng(1), rgb(32));
    expect(await sum(plain, "layer2.0.bn2.weight")).toBe(32);
  });
});

test.each([
  [
    () => resnet18().init(createRng(1), rgb(28)),
    /encoder "resnet18": images must be at least 32×32.*stem: "cifar"/,
  ],
  [() => resnet8().init(createRng(1), rgb(3)), /encoder "resnet8": images must be at least 4×4/],
  [() => resnet18({ stem: "tiny" as "cifar" }), /stem must be "imagenet" or "cifar", got "tiny"/],
  [() => resnet18({ width: 0 }), /width must be > 0, got 0/],
  [() => resnet20({ shortcut: "C" as "A" }), /shortcut must be "A" or "B", got "C"/],
])("says what is wrong, case %#", (run, message) => {
  expect(run).toThrow(message);
});

async function sum(weights: Params, name: string): Promise<number> {
  return (await tf.sum(weights[name]).data())[0];
}
