import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe as suite, expect, test } from "vitest";
// By path: these packages depend on this one, and a package can't name what depends on it.
import { crossEntropy } from "../../loss-cross-entropy/src/index.js";
import { simclr } from "../../loss-simclr/src/index.js";
import { supCon } from "../../loss-supcon/src/index.js";
import { linear } from "../../optimize/src/index.js";
import { cpu, expectClose, expectCloseScalar, lossConformance } from "../../testing/src/index.js";
import type { Loss, LossInput, Params } from "./contracts.js";
import { describe } from "./describe.js";
import { resolvePlugin } from "./resolve.js";
import { createRng } from "./rng.js";
import { sum } from "./sum.js";

beforeAll(async () => {
  await cpu().init();
});

const [batch, views, dim, classes] = [4, 2, 5, 3];

const both = () =>
  sum([
    [0.5, supCon()],
    [2, crossEntropy()],
  ]);

lossConformance("sum", both);
lossConformance(
  "sum of two on one space, with a schedule and buffers",
  () =>
    sum([
      [1, supCon({ memory: { size: 5 } })],
      [linear({ initial: 1 }), simclr()],
      [0.3, supCon({ temperature: 0.5 })],
    ]),
  { anyRotation: true },
);

test("it needs what its terms need", () => {
  expect(both().needs).toEqual({
    labels: "index",
    views: 1,
    on: ["projection", "representation"],
    unitLength: false,
    targets: false,
  });
  const momentum = supCon({ memory: { size: 4, keys: "momentum-encoder" } });
  const terms = [
    [1, simclr()],
    [1, momentum],
  ] as const;
  expect(sum(terms).needs).toMatchObject({ labels: "index", views: 2, unitLength: true, targets: true });
});

test("value and gradients are the weighted sums of the terms', each on what it would get alone", () => {
  tf.tidy(() => {
    const loss = both();
    const { weights = {} } = loss.init!(createRng(3), { projection: dim, representation: dim }, classes);
    expect(Object.keys(weights)).toEqual(["cross-entropy.weight", "cross-entropy.bias"]);
    const raw = tf.tensor3d(waves(batch * views * dim, 2.3), [batch, views, dim]);
    const unit = tf.div(raw, tf.norm(raw, 2, -1, true));
    const representation = tf.tensor3d(waves(batch * views * dim, 0.9), [batch, views, dim]);
    const labels = tf.tensor1d([0, 1, 2, 0], "int32");
    const rest = { labels, buffers: {}, step: 0, stepsPerEpoch: 1, totalSteps: 1 };
    const contrastive = { ...rest, weights: {}, embeddings: { projection: unit as tf.Tensor3D } };
    const own = { weight: weights["cross-entropy.weight"], bias: weights["cross-entropy.bias"] };
    const classified = { ...rest, weights: own, embeddings: { representation } };
    const all = { ...rest, weights, embeddings: { projection: raw, representation } };
    const output = loss.compute(all);
    const [a, b] = [supCon().compute(contrastive), crossEntropy().compute(classified)];
    expectCloseScalar(valueOf(output.loss), 0.5 * valueOf(a.loss) + 2 * valueOf(b.loss));
    expectCloseScalar(valueOf(output.metrics!.supcon), valueOf(a.loss));
    expectCloseScalar(valueOf(output.metrics!["supcon.positiveCosine"]), valueOf(a.metrics!.positiveCosine));
    expectCloseScalar(valueOf(output.metrics!["cross-entropy.accuracy"]), valueOf(b.metrics!.accuracy));

    const expected = tf.mul(gradient(crossEntropy(), classified, "representation"), 2);
    expectClose(gradient(loss, all, "representation").dataSync(), expected.dataSync());
  });
});

test("a schedule weighs a term by the step", () => {
  tf.tidy(() => {
    const weight = linear({ initial: 4 });
    const loss = sum([[weight, simclr()]]);
    const input = {
      embeddings: { projection: tf.ones<tf.Rank.R3>([2, 2, 1]) },
      weights: {},
      buffers: {},
      stepsPerEpoch: 1,
      totalSteps: 4,
    };
    const alone = valueOf(simclr().compute({ ...input, step: 0 }).loss);
    for (const step of [0, 1, 3]) {
      const { loss: value, metrics } = loss.compute({ ...input, step });
      const factor = weight.at({ ...input, step });
      expectCloseScalar(valueOf(value), factor * alone);
      expectCloseScalar(valueOf(metrics!["simclr.weight"]), factor);
    }
  });
});

test("terms of one name are numbered, and keep their buffers apart", () => {
  const loss = sum([
    [1, supCon({ memory: { size: 2 } })],
    [1, supCon({ memory: { size: 3 } })],
  ]);
  tf.tidy(() => {
    const { buffers = {} } = loss.init!(createRng(1), { projection: dim }, classes);
    expect(shapes(buffers)).toEqual({
      "supcon.queue": [2, dim],
      "supcon.queueLabels": [2],
      "supcon.queueFilled": [2],
      "supcon-2.queue": [3, dim],
      "supcon-2.queueLabels": [3],
      "supcon-2.queueFilled": [3],
    });
  });
});

test("each term checks the batch, with the labels that it takes", () => {
  const strict = sum([
    [1, simclr()],
    [1, supCon({ withoutPositives: "error" })],
  ]);
  expect(() => strict.checkBatch!(Int32Array.of(0, 1), 1, 2)).toThrow(
    "sample 0 of the batch has no positive",
  );
  expect(sum([[1, simclr()]]).checkBatch).toBeUndefined();
});

test("it is rebuilt from its description", async () => {
  const loader = {
    names: {},
    import: async (module: string) =>
      ({
        "@contrastive/core": { sum },
        "@contrastive/loss-supcon": { supCon },
        "@contrastive/loss-cross-entropy": { crossEntropy },
        "@contrastive/optimize": { linear },
      })[module]!,
  };
  const loss = sum([
    [linear({ initial: 1 }), supCon()],
    [1, crossEntropy()],
  ]);
  const again = await resolvePlugin("loss", JSON.parse(JSON.stringify(describe(loss))), loader);
  expect(describe(again)).toEqual(describe(loss));
});

suite("what can't be added is refused", () => {
  test.each([
    [
      () => sum({ terms: [[1, simclr()]], term: 1 } as never),
      'there is no option "term". Did you mean "terms"?',
    ],
    [() => sum([]), 'loss "sum": terms must be >= 1 long'],
    [() => sum([[1, {} as Loss]]), "a loss, such as supCon()"],
    [() => sum([["much" as never, simclr()]]), "a schedule, such as cosine({ peak: 1 })"],
    [
      () =>
        sum([
          [1, crossEntropy()],
          [1, supCon({ labels: "soft" })],
        ]),
      'all terms with labels must take the same kind, got {"cross-entropy":"index","supcon":"soft"}',
    ],
  ])("%#", (make, message) => {
    expect(make).toThrow(message);
  });
});

function valueOf(scalar: tf.Tensor): number {
  return scalar.dataSync()[0];
}

function shapes(params: Params): Record<string, number[]> {
  return Object.fromEntries(Object.entries(params).map(([name, { shape }]) => [name, shape]));
}

function waves(size: number, speed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.sin(i * i * 0.1 + speed * i));
}

function gradient(of: Loss, input: LossInput, space: "projection" | "representation"): tf.Tensor {
  return tf.grad(
    (x: tf.Tensor) => of.compute({ ...input, embeddings: { ...input.embeddings, [space]: x } }).loss,
  )(input.embeddings[space]!);
}
