import type { Params } from "@contrastive/core";
import { cpu, expectClose, expectCloseScalar } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import fixture from "../fixtures/peers.json" with { type: "json" };
import { evaluate, unit } from "../test/evaluate.js";
import { moco, plugins } from "./index.js";

beforeAll(async () => void (await cpu().init()));

const progress = { step: 0, stepsPerEpoch: 1, totalSteps: 1 };
const [batch, dim] = fixture.shape;
const embeddings: Readonly<Record<string, readonly number[]>> = fixture.embeddings;

describe("the numbers of published code", () => {
  test.each(fixture.cases)(
    "$peer: $loss $options, $views views",
    ({ peer, loss, options, views, ...expected }) => {
      // Each loss takes the options that its cases name.
      const make = plugins.loss[loss as "simclr"];
      const { value, gradient } = evaluate(make(options as {}), embeddings[views], [batch, views, dim]);
      const constant = peer === "solo-learn" ? Math.log(views - 1) : 0;
      expectCloseScalar(value, expected.value + constant);
      expectClose(gradient, expected.gradient);
    },
  );

  test("lightly: moco, over steps until keys leave the queue", () => {
    const { temperature, queue: start, steps } = fixture.moco;
    const size = start.length / dim;
    expect(steps.length * batch).toBeGreaterThan(size);
    const loss = moco({ temperature, size });
    tf.tidy(() => {
      // The peer fills its queue from the front, ours loses what is at the back: in the opposite order, the same rows.
      let buffers: Params = { queue: tf.reverse(tf.tensor2d(start, [size, dim]), 0) };
      for (const { queries, keys, value, gradient } of steps) {
        // The query is the first view, the key the second; the others are not looked at.
        const asView = (rows: readonly number[], view: 0 | 1) =>
          tf.pad3d(tf.tensor3d([...rows], [batch, 1, dim]), [
            [0, 0],
            [view, 1 - view],
            [0, 0],
          ]);
        const targets = { projection: unit(asView(keys, 1)) };
        const embeddings = asView(queries, 0).dataSync();
        const ours = evaluate(loss, embeddings, [batch, 2, dim], { targets, buffers });
        expectCloseScalar(ours.value, value);
        expectClose(
          ours.gradient.filter((_, i) => i % (2 * dim) < dim),
          gradient,
        );
        const projection = unit(asView(queries, 0));
        buffers = loss.compute({
          ...progress,
          weights: {},
          embeddings: { projection },
          targets,
          buffers,
        }).buffers!;
      }
    });
  });
});
