import * as tf from "@tensorflow/tfjs";
import { describe as describePlugin, type GradientTransform, resolvePlugin } from "@contrastive/core";
import { cpu } from "@contrastive/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { takeSteps, tensors } from "../test/take-steps.js";
import * as optimize from "./index.js";

const { adam, adamw, addDecayedWeights, chain, clipByGlobalNorm, lars, rmsprop, sgd, trace, warmup } =
  optimize;

const start = { "a.weight": [0.5, -1, 2, 0.25], "a.bias": [0.1, -0.2] };
const shapes = { "a.weight": [2, 2] };
const gradients = [1, -2, 0.5, 3].map((scale) => ({
  "a.weight": [0.3, 0.1, -0.2, 0.7].map((value) => value * scale),
  "a.bias": [1, -1].map((value) => value * scale),
}));

beforeAll(async () => void (await cpu().init()));

describe("chain", () => {
  const transforms: readonly GradientTransform[] = [
    sgd({ momentum: 0.9, weightDecay: 0.1 }),
    adam(),
    adamw(),
    rmsprop({ momentum: 0.9 }),
    lars(),
    clipByGlobalNorm(),
    trace(),
  ];

  it.each(transforms)("of one equals the one: $name", (transform) => {
    expect(takeSteps(chain([transform]), start, gradients, shapes)).toEqual(
      takeSteps(transform, start, gradients, shapes),
    );
  });

  it.each(transforms)("goes wherever a transform goes: $name in chains in a chain", (transform) => {
    const clip = clipByGlobalNorm({ maxNorm: 0.1 });
    expect(takeSteps(chain([chain([clip]), chain([transform])]), start, gradients, shapes)).toEqual(
      takeSteps(chain([clip, transform]), start, gradients, shapes),
    );
  });

  it("applies its transforms in order", () => {
    const clip = clipByGlobalNorm({ maxNorm: 0.1 });
    const decay = addDecayedWeights({ weightDecay: 1 });
    expect(takeSteps(chain([clip, decay]), start, gradients, shapes)).not.toEqual(
      takeSteps(chain([decay, clip]), start, gradients, shapes),
    );
  });

  it("names each transform's state by its position", () => {
    const weights = tensors(start, shapes);
    const state = chain([trace(), sgd({ momentum: 0.9 }), adam()]).init(weights);
    expect(Object.keys(state)).toEqual([
      "0/momentum/a.weight",
      "0/momentum/a.bias",
      "1/1/momentum/a.weight",
      "1/1/momentum/a.bias",
      "2/1/mean/a.weight",
      "2/1/mean/a.bias",
      "2/1/meanSquare/a.weight",
      "2/1/meanSquare/a.bias",
    ]);
    tf.dispose([Object.values(weights), Object.values(state)]);
  });

  it("reports the learning rate that its transforms report", () => {
    const optimizer = chain([clipByGlobalNorm(), sgd({ learningRate: optimize.cosine({ initial: 0.2 }) })]);
    const metricsAt = (step: number) => optimizer.metrics?.({ step, stepsPerEpoch: 10, totalSteps: 100 });
    expect(metricsAt(0)).toEqual({ learningRate: 0.2 });
    expect(metricsAt(50)).toEqual({ learningRate: 0.1 });
    expect(chain([trace()]).metrics?.({ step: 0, stepsPerEpoch: 1, totalSteps: 1 })).toEqual({});
  });

  it("is rebuilt from JSON with all that it holds", async () => {
    const original = chain([
      clipByGlobalNorm({ maxNorm: 0.1 }),
      sgd({ learningRate: warmup({ epochs: 2, to: optimize.cosine() }), momentum: 0.9 }),
    ]);
    const written = JSON.parse(JSON.stringify(describePlugin(original)));
    const loader = { names: {}, import: async () => optimize };
    const rebuilt = (await resolvePlugin("optimizer", written, loader)) as GradientTransform;
    expect(describePlugin(rebuilt)).toEqual(written);
    expect(takeSteps(rebuilt, start, gradients, shapes)).toEqual(
      takeSteps(original, start, gradients, shapes),
    );
  });

  it("says which state is missing when it gets another optimizer's", () => {
    const weights = tensors(start, shapes);
    const context = { step: 0, stepsPerEpoch: 1, totalSteps: 1, weights };
    expect(() => adam().update(tensors(start, shapes), {}, context)).toThrow(
      'optimizer "scale-by-adam": the state has no "mean/a.weight", got []. ' +
        "Use the state that init() of the same optimizer made for the same weights",
    );
  });
});
