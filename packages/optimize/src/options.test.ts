import { cpu } from "@contrastive/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { updateOnce } from "../test/take-steps.js";
import {
  adam,
  adamw,
  addDecayedWeights,
  chain,
  chained,
  lars,
  plugins,
  rmsprop,
  sgd,
  step,
  trace,
} from "./index.js";

const everything = () => true;

beforeAll(async () => void (await cpu().init()));

describe("masks", () => {
  const weights = { "conv.weight": [1, 2], "conv.bias": [3], scale: [4] };
  const shapes = { "conv.weight": [2, 1] };
  const zero = { "conv.weight": [0, 0], "conv.bias": [0], scale: [0] };

  it.each([
    { mask: "all" as const, decayed: { "conv.weight": [1, 2], "conv.bias": [3], scale: [4] } },
    { mask: "matrices" as const, decayed: { "conv.weight": [1, 2], "conv.bias": [0], scale: [0] } },
    {
      mask: (name: string, shape: readonly number[]) => name.endsWith("bias") || shape.length === 2,
      decayed: { "conv.weight": [1, 2], "conv.bias": [3], scale: [0] },
    },
  ])("$mask", ({ mask, decayed }) => {
    expect(updateOnce(addDecayedWeights({ weightDecay: 1, mask }), weights, zero, shapes)).toEqual(decayed);
  });

  it.each([
    { name: "sgd", optimizer: sgd({ learningRate: 1, weightDecay: 1 }), biases: true },
    { name: "adam", optimizer: adam({ learningRate: 1, weightDecay: 1 }), biases: true },
    { name: "rmsprop", optimizer: rmsprop({ learningRate: 1, weightDecay: 1 }), biases: true },
    { name: "adamw", optimizer: adamw({ learningRate: 1, weightDecay: 1 }), biases: false },
    { name: "lars", optimizer: lars({ learningRate: 1, weightDecay: 1 }), biases: false },
  ])("$name decays biases by default: $biases", ({ optimizer, biases }) => {
    const updates = updateOnce(optimizer, weights, zero, shapes);
    expect(updates["conv.weight"].every((value) => value < 0)).toBe(true);
    expect(updates["conv.bias"][0] < 0).toBe(biases);
  });

  it("that is a function can't be rebuilt from a record, and says so by naming no source", () => {
    expect(sgd().source).toEqual({ module: "@contrastive/optimize", export: "sgd" });
    expect(sgd({ decay: everything }).source).toBeUndefined();
    expect(sgd({ decay: everything }).options.decay).toBe(everything);
  });
});

describe("options", () => {
  it.each([
    {
      make: () => sgd({ learningRate: -1 }),
      says: 'optimizer "sgd": learningRate must be >= 0, got -1',
    },
    {
      make: () => sgd({ learningRate: "fast" as never }),
      says: 'optimizer "sgd": learningRate must be a number or a schedule, got "fast"',
    },
    { make: () => sgd({ momentum: 1 }), says: 'optimizer "sgd": momentum must be < 1, got 1' },
    {
      make: () => sgd({ nesterov: true }),
      says: 'optimizer "sgd": nesterov must be false where momentum is 0, got true',
    },
    {
      make: () => lars({ nesterov: true, momentum: 0 }),
      says: 'optimizer "lars": nesterov must be false where momentum is 0, got true',
    },
    {
      make: () => sgd({ lr: 0.1 } as never),
      says: 'optimizer "sgd": there is no option "lr"',
    },
    {
      make: () => sgd({ decay: "vectors" as never }),
      says: 'optimizer "sgd": decay must be "all" or "matrices" or a function (name, shape) => boolean, got "vectors"',
    },
    {
      make: () => chain([trace(), sgd as never]),
      says: 'optimizer "chain": transforms.1 must be a gradient transform, got a function',
    },
    { make: () => step({ atEpochs: [-1] }), says: 'schedule "step": atEpochs.0 must be >= 0, got -1' },
    { make: () => chained([]), says: 'schedule "chained": parts must be >= 1 long, got []' },
    {
      make: () => chained([{ schedule: step() }, { schedule: step() }]),
      says: 'schedule "chained": parts must be a list in which every part but the last says its epochs',
    },
  ])("$says", ({ make, says }) => {
    expect(make).toThrow(says);
  });

  it.each(Object.entries({ ...plugins.optimizer, ...plugins.schedule }))(
    "%s goes by its short name, and all of its options have defaults",
    (name, factory) => {
      expect(factory().name).toBe(name);
      expect(factory().source?.module).toBe("@contrastive/optimize");
      expect(JSON.stringify(factory().options)).not.toContain("undefined");
    },
  );
});
