import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { type Backend, createRng, type Encoder, type Params } from "@contrastive/core";
import { valueAuxAndGrads } from "@contrastive/ops";
import { seededProjections, seededValues, seededWeights } from "@contrastive/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plugins } from "../src/index.js";

/** What torch in float64 makes of the seeded weights: `bench/peers/resnet_golden.py`. */
const golden = JSON.parse(readFileSync(new URL("../fixtures/torch.json", import.meta.url), "utf8")) as {
  readonly batch: number;
  readonly cases: readonly Case[];
};

interface Case {
  readonly encoder: keyof typeof plugins.encoder;
  readonly options: object;
  readonly size: number;
  readonly evaluation: Summaries;
  readonly training: Summaries;
}

/** Of each tensor its norm, the relative error of torch in float32, and its projections. */
type Summaries = Readonly<Record<string, readonly [norm: number, single: number, ...projections: number[]]>>;

const cases = golden.cases.map((each) => {
  const { encoder, options, size } = each;
  return [`${encoder} ${JSON.stringify(options)} at ${size}×${size}`, each] as const;
});

/** Tests of whole networks, forward and backward, on a backend. */
export function goldenSuite(backend: Backend): void {
  describe.each(cases)("%s against torch", (_, { encoder: name, options, size, ...expected }) => {
    const encoder: Encoder = plugins.encoder[name](options);
    const shape = { height: size, width: size, channels: 3 };
    let state: { weights: Params; buffers: Params };

    beforeAll(async () => {
      await backend.init();
      state = tf.tidy(() => {
        const { weights, buffers } = encoder.init(createRng(1), shape);
        return { weights: seeded(weights), buffers: seeded(buffers) };
      });
    });

    afterAll(() => tf.dispose(state));

    test("in evaluation, embeddings and gradients are within 1e-4", async () => {
      const tensors = await run(false);
      for (const [key, error] of errors(tensors, expected.evaluation)) {
        expect(error, key).toBeLessThan(1e-4);
      }
    });

    test("in training, they miss float64 by at most 3 times what torch in float32 does", async () => {
      const tensors = await run(true);
      const forward = new Set(["embeddings", "running_mean", "running_var"]);
      // One relu or maximum that falls on the other side of a tie moves all gradients below it by up to 3e-2, in torch
      // too. Where that happens is up to rounding, so the largest error of any gradient is the measure.
      const gradients = Object.entries(expected.training).filter(([key]) => !forward.has(key));
      const worst = Math.max(...gradients.map(([, [, single]]) => single));
      for (const [key, error] of errors(tensors, expected.training)) {
        const single = forward.has(key) ? expected.training[key][1] : worst;
        expect(error, key).toBeLessThan(3 * Math.max(single, 1e-5));
      }
    });

    /** The embeddings, the gradient of each weight, and the running statistics end to end if they have advanced. */
    async function run(training: boolean): Promise<Readonly<Record<string, ArrayLike<number>>>> {
      const images = tf.tensor4d(
        seededValues("images", golden.batch * size * size * 3).map((u) => 1.5 * u),
        [golden.batch, size, size, 3],
      );
      const direction = tf.tensor2d(seededValues("direction", golden.batch * encoder.dim), [
        golden.batch,
        encoder.dim,
      ]);
      const { value, aux, grads } = valueAuxAndGrads((weights) => {
        const context = { training, buffers: state.buffers, rng: createRng(1) };
        const { embeddings, buffers } = encoder.forward(weights, images, context);
        return { value: tf.sum(tf.mul(embeddings, direction)), aux: { embeddings, ...buffers } };
      }, state.weights);
      const entries = Object.entries({ embeddings: aux.embeddings, ...grads }).map(
        async ([key, tensor]) => [key, await tensor.data()] as const,
      );
      const statistics = (training ? ["running_mean", "running_var"] : []).map(async (key) => {
        const parts = Object.entries(aux).filter(([buffer]) => buffer.endsWith(key));
        const data = await Promise.all(parts.map(([, tensor]) => tensor.data()));
        return [key, data.flatMap((part) => [...part])] as const;
      });
      const tensors = Object.fromEntries(await Promise.all([...entries, ...statistics]));
      tf.dispose([images, direction, value, aux, grads]);
      return tensors;
    }
  });
}

function seeded(params: Params): Params {
  const values = seededWeights(params);
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape }]) => [name, tf.tensor(values[name], shape)]),
  );
}

/** The relative error of each tensor, estimated by its projections. */
function errors(
  tensors: Readonly<Record<string, ArrayLike<number>>>,
  expected: Summaries,
): readonly (readonly [name: string, error: number])[] {
  expect(Object.keys(tensors).toSorted()).toEqual(Object.keys(expected).toSorted());
  return Object.entries(expected).map(([name, [norm, , ...projections]]) => {
    const squares = [...seededProjections(name, tensors[name])].map((p, k) => (p - projections[k]) ** 2);
    return [name, Math.sqrt(squares.reduce((a, b) => a + b) / squares.length) / norm];
  });
}
