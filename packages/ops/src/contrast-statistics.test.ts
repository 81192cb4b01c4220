import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
// By path: packages/testing depends on this package, and a package can't name what depends on it.
import { cpu, expectClose, expectNoLeak } from "../../testing/src/index.js";
import { contrastStatistics } from "./contrast-statistics.js";
import { viewsAsInputs } from "./contrast-views.js";

beforeAll(async () => {
  await cpu().init();
});

const [views, dim] = [2, 4];
const labels = [0, 1, 0, 2, 1];
const values = Array.from({ length: labels.length * views * dim }, (_, i) => Math.sin(i * i * 0.37 + 1));
const attributes = {
  version: 1,
  temperature: 0.4,
  summation: "outside",
  denominator: "all",
  positivesCap: -1,
  positives: "equal-label",
} as const;

test.each([undefined, 1, 3])("equals loops over pairs, in tiles of %s anchors", (rows) => {
  tf.tidy(() => {
    const actual = contrastStatistics(inputs(), attributes, rows);
    labels
      .flatMap((label) => [label, label])
      .forEach((label, i) => {
        const pairs = labels.flatMap((other, sample) =>
          Array.from({ length: views }, (_, view) => ({ other, sample, j: sample * views + view })),
        );
        const others = pairs.filter(({ j }) => j !== i);
        const negatives = others.filter(({ other }) => other !== label);
        const apart = others.filter(({ sample }) => sample !== Math.floor(i / views));
        const potential = apart.reduce((sum, { j }) => sum + Math.exp(4 * product(i, j) - 4), 0);
        const values = Object.entries(actual).map(([name, tensor]) => [name, tensor.dataSync()[i]]);
        const { hardestNegative, potential: own, ...counts } = Object.fromEntries(values);
        expect(counts).toEqual({
          positives: others.length - negatives.length,
          negatives: negatives.length,
          others: apart.length,
        });
        expectClose([own], [potential]);
        expectClose([hardestNegative], [Math.max(...negatives.map(({ j }) => product(i, j)))]);
      });
  });
});

test("beside a gradient nothing is kept but the outputs", () => {
  tf.tidy(() => {
    const { anchors, ...rest } = inputs();
    tf.grad((x: tf.Tensor) => {
      const before = tf.memory().numBytes;
      contrastStatistics({ ...rest, anchors: x as tf.Tensor2D }, attributes);
      expect(tf.memory().numBytes - before).toBe(5 * 4 * labels.length * views);
      return tf.sum(x);
    })(anchors);
  });
});

test("leaks nothing", async () => {
  await expectNoLeak(() => {
    const given = inputs();
    tf.dispose([given, { ...contrastStatistics(given, attributes) }]);
  });
});

function inputs() {
  return tf.tidy(() =>
    viewsAsInputs(tf.tensor3d(values, [labels.length, views, dim]), tf.tensor1d(labels, "int32")),
  );
}

function product(i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < dim; k++) sum += values[i * dim + k] * values[j * dim + k];
  return sum;
}
