import * as tf from "@tensorflow/tfjs";
import { createRng, type Loss, type Params } from "@contrastive/core";
import { resnet8 } from "@contrastive/encoder-resnet";
import { valueAuxAndGrads } from "@contrastive/ops";
import {
  cpu,
  expectClose,
  expectCloseScalar,
  expectNoLeak,
  finiteDifference,
  relativeError,
  tinyEncoder,
} from "@contrastive/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { gradientStep, type StepInput } from "./gradient-step.js";
import { initModel, type Model } from "./model.js";

beforeAll(async () => {
  await cpu().init();
});

/** Every embedding of the batch meets every other, so a chunk alone can't know the gradient. */
const coupled = (on: Loss["needs"]["on"], unitLength: boolean): Loss => ({
  name: "coupled",
  options: {},
  needs: { labels: "none", views: 1, on, unitLength, targets: false },
  init: () => ({
    weights: { scale: tf.keep(tf.tensor1d([1.5, 0.5, -1])) },
    buffers: { count: tf.keep(tf.scalar(0)) },
  }),
  compute: ({ embeddings, weights, buffers }) => {
    const terms = on.map((space) => {
      const [samples, views, dim] = embeddings[space]!.shape;
      const flat = tf.reshape(embeddings[space]!, [samples * views, dim]);
      const scaled = tf.mul(tf.slice(flat, [0, 0], [-1, 3]), weights.scale);
      return tf.sum(tf.sin(tf.matMul(scaled, tf.slice(flat, [0, 1], [-1, 3]), false, true))) as tf.Scalar;
    });
    const loss = tf.addN(terms) as tf.Scalar;
    return {
      loss,
      buffers: { count: tf.add(buffers.count, 1) },
      metrics: { twice: tf.mul(loss, 2) as tf.Scalar },
    };
  },
});

const head: Model["head"] = {
  name: "head",
  options: {},
  dim: 4,
  init: (rng, dim) => ({
    weights: {
      weight: tf.keep(
        tf.tensor2d(
          Float32Array.from({ length: dim * 4 }, () => rng.normal()),
          [dim, 4],
        ),
      ),
    },
    buffers: {},
  }),
  forward: (weights, r, { buffers }) => ({
    embeddings: tf.matMul(r, weights.weight as tf.Tensor2D),
    buffers,
  }),
};

const batch = 5;

function makeStep(loss: Loss, groups: readonly (readonly number[])[] = [[0, 1]], sizes = [8]): StepInput {
  const model: Model = { encoder: tinyEncoder(), head, loss, normalizeRepresentation: true };
  const rng = createRng(3);
  const images = groups.map((views, g) => {
    const shape = [batch * views.length, sizes[g], sizes[g], 3] as const;
    const draw = rng.fork("images", g);
    const size = shape.reduce((a, b) => a * b, 1);
    return tf.tensor4d(
      Float32Array.from({ length: size }, () => draw.normal()),
      [...shape],
    );
  });
  return {
    model,
    ...initModel(model, rng, { height: 8, width: 8, channels: 3 }, 0),
    images,
    views: groups,
    batch,
    chunkSize: batch,
    step: 0,
    stepsPerEpoch: 1,
    totalSteps: 1,
    rng,
  };
}

const cases = [
  ["on the projection, unit length", coupled(["projection"], true)],
  ["on the raw representation", coupled(["representation"], false)],
  ["on both", coupled(["representation", "projection"], true)],
] as const;

describe.each(cases)("a loss %s", (_, loss) => {
  test.each([1, 2, 4])("in chunks of %i has the loss and gradients of the whole", (chunkSize) => {
    const input = makeStep(loss);
    const whole = gradientStep(input);
    const chunked = gradientStep({ ...input, chunkSize });
    expectCloseScalar(chunked.loss.dataSync()[0], whole.loss.dataSync()[0]);
    expect(Object.keys(chunked.gradients).sort()).toEqual(Object.keys(input.weights).sort());
    for (const [name, gradient] of Object.entries(whole.gradients)) {
      expectClose(chunked.gradients[name].dataSync(), gradient.dataSync(), { what: name });
    }
    expectClose(chunked.representation.dataSync(), whole.representation.dataSync(), {
      what: "representation",
    });
    expect(Object.keys(chunked.buffers)).toEqual(Object.keys(whole.buffers));
    expect(chunked.buffers["loss.count"].dataSync()[0]).toBe(1);
    expectCloseScalar(chunked.metrics.twice.dataSync()[0], 2 * whole.loss.dataSync()[0]);
  });

  test("has the gradient of finite differences", () => {
    const input = makeStep(loss);
    const { gradients } = gradientStep(input);
    for (const name of ["encoder.fc.bias", "loss.scale"]) {
      const weight = input.weights[name];
      const numeric = finiteDifference(
        (x) =>
          gradientStep({
            ...input,
            weights: { ...input.weights, [name]: tf.tensor(Float32Array.from(x), weight.shape) },
          }).loss.dataSync()[0],
        weight.dataSync(),
        // The loss is float32: a smaller step would measure its rounding.
        1e-2,
      );
      expectClose(gradients[name].dataSync(), numeric, { tolerance: 5e-3, what: name });
    }
  });

  test.each([batch, 2])("leaves only what it returns (chunks of %i)", async (chunkSize) => {
    const input = makeStep(loss);
    await expectNoLeak(() => {
      const {
        loss: value,
        metrics,
        gradients,
        buffers,
        representation,
      } = gradientStep({ ...input, chunkSize });
      tf.dispose([
        value,
        representation,
        Object.values(metrics),
        Object.values(gradients),
        Object.values(buffers),
      ]);
    });
  });
});

test("views in groups of their own shape come to the loss in the config's order", () => {
  const seen: number[][] = [];
  const loss: Loss = {
    ...coupled(["representation"], false),
    compute: (input) => {
      seen.push([...input.embeddings.representation!.dataSync()]);
      return coupled(["representation"], false).compute(input);
    },
  };
  const grouped = makeStep(loss, [[0, 2], [1]], [8, 6]);
  const { representation } = gradientStep(grouped);
  const [a, b] = grouped.images.map((images) =>
    grouped.model.encoder
      .forward(
        Object.fromEntries(
          Object.entries(grouped.weights).map(([name, w]) => [name.replace("encoder.", ""), w]),
        ),
        images,
        { training: true, buffers: {}, rng: grouped.rng },
      )
      .embeddings.arraySync(),
  );
  const expected = Array.from({ length: batch }, (_, i) => [a[2 * i], b[i], a[2 * i + 1]]).flat(2);
  expect(seen[0]).toEqual(expected);
  expect([...representation.dataSync()]).toEqual(expected);
  const chunked = gradientStep({ ...grouped, chunkSize: 2 });
  expectClose(chunked.representation.dataSync(), expected);
});

test("with batch norm, chunks equal a reference that normalises chunk by chunk, and not the whole", () => {
  const loss = coupled(["representation"], false);
  const rng = createRng(4);
  const model: Model = { encoder: resnet8({ width: 0.25 }), loss, normalizeRepresentation: true };
  const state = initModel(model, rng, { height: 8, width: 8, channels: 3 }, 0);
  const pixels = Float32Array.from({ length: 8 * 8 * 8 * 3 }, () => rng.normal());
  const images = tf.tensor4d(pixels, [8, 8, 8, 3]);
  const input: StepInput = {
    model,
    ...state,
    images: [images],
    views: [[0, 1]],
    batch: 4,
    chunkSize: 2,
    step: 0,
    stepsPerEpoch: 1,
    totalSteps: 1,
    rng,
  };
  const chunked = gradientStep(input);

  const { value, aux, grads } = valueAuxAndGrads((weights) => {
    const own = Object.fromEntries(
      Object.entries(weights).map(([name, w]) => [name.replace("encoder.", ""), w]),
    );
    let buffers = Object.fromEntries(
      Object.entries(state.buffers).map(([name, b]) => [name.replace("encoder.", ""), b]),
    ) as Params;
    const parts = [0, 4].map((start) => {
      const part = tf.slice(images, start, 4);
      const output = model.encoder.forward(own, part, { training: true, buffers, rng });
      buffers = output.buffers;
      return output.embeddings;
    });
    const embeddings = tf.reshape(tf.concat(parts, 0), [4, 2, model.encoder.dim]) as tf.Tensor3D;
    const weightsOfLoss = { scale: weights["loss.scale"] };
    const lossBuffers = { count: state.buffers["loss.count"] };
    return {
      value: loss.compute({
        embeddings: { representation: embeddings },
        weights: weightsOfLoss,
        buffers: lossBuffers,
        step: 0,
        stepsPerEpoch: 1,
        totalSteps: 1,
      }).loss,
      aux: { mean: buffers["bn1.running_mean"] },
    };
  }, state.weights);

  expectCloseScalar(chunked.loss.dataSync()[0], value.dataSync()[0]);
  for (const [name, gradient] of Object.entries(grads)) {
    expectClose(chunked.gradients[name].dataSync(), gradient.dataSync(), { what: name });
  }
  const whole = gradientStep({ ...input, chunkSize: 4 });
  const name = "encoder.conv1.weight";
  expect(relativeError(chunked.gradients[name].dataSync(), whole.gradients[name].dataSync())).toBeGreaterThan(
    1e-2,
  );
  // Buffers advance once a chunk, in the first pass only.
  expectClose(chunked.buffers["encoder.bn1.running_mean"].dataSync(), aux.mean.dataSync());
});
