import { createRng, type Loss } from "@contrastive/core";
import { cpu, expectClose, expectCloseScalar, finiteDifference } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { unitRows } from "../test/unit-rows.js";
import { supCon, type SupConOptions } from "./index.js";

beforeAll(async () => {
  await cpu().init();
});

const [samples, views, dim, temperature] = [5, 2, 4, 0.3];
const x = unitRows(samples * views, dim, 5);
const weights = [0.5, 2, 1];

/** A sample of two classes, one that shares one of them, and one of none. */
const classes = [
  [1, 1, 0],
  [0, 1, 1],
  [1, 1, 0],
  [0, 0, 1],
  [0, 0, 0],
];

const variants = (["outside", "inside"] as const).flatMap((summation) =>
  (["all", "one-positive", "only-negatives"] as const).flatMap((denominator) =>
    (["skip", "zero"] as const).flatMap((withoutPositives) =>
      (["none", weights] as const).map((classWeights) => ({
        summation,
        denominator,
        withoutPositives,
        classWeights,
      })),
    ),
  ),
);

describe.each([
  { name: "one class a sample", labels: "index", rows: [0, 1, 0, 2, 1].map(oneHot) },
  { name: "several classes a sample", labels: "soft", rows: classes },
] as const)("$name", ({ labels, rows }) => {
  test.each(variants)(
    "$summation, $denominator, $withoutPositives, class weights $classWeights",
    (variant) => {
      const options: SupConOptions = { ...variant, temperature, labels };
      const { loss, gradient } = run(supCon(options), rows);
      expectCloseScalar(loss, naive(x, rows, options));
      const expected = finiteDifference((moved) => naive(moved, rows, options), x);
      expectClose(gradient, expected, { what: "gradient" });
    },
  );
});

test("rows with one class each give what class indices give", () => {
  const rows = [0, 1, 0, 2, 1].map(oneHot);
  for (const variant of variants) {
    const soft = run(supCon({ ...variant, temperature, labels: "soft" }), rows);
    const hard = run(supCon({ ...variant, temperature }), rows);
    expectCloseScalar(soft.loss, hard.loss);
    expectClose(soft.gradient, hard.gradient);
  }
});

describe("what does not fit is refused", () => {
  test("labels of the wrong kind", () => {
    tf.tidy(() => {
      const input = inputOf(supCon(), classes);
      expect(() => supCon({ labels: "soft" }).compute(input)).toThrow(
        'loss "supcon": labels must have shape [5, classes], one a sample, got [5]. Use labels: "index"',
      );
      const soft = { ...input, labels: tf.tensor2d(classes) };
      expect(() => supCon().compute(soft)).toThrow('Use labels: "soft"');
    });
  });

  test("class weights of another number, a class without a weight, or none at all", () => {
    const loss = supCon({ classWeights: weights });
    expect(() => loss.init!(createRng(1), { projection: dim }, 4)).toThrow(
      "classWeights must have 4 numbers, one a class, got [0.5,2,1]",
    );
    expect(() => loss.checkBatch!(Int32Array.of(0, 2, 3), 2, 4)).toThrow(
      "the label of sample 2 of the batch must be in 0..2, as classWeights has it, got 3",
    );
    expect(() => loss.checkBatch!(undefined, 2, 3)).toThrow("classWeights need labels");
    expect(() => loss.checkBatch!(Int32Array.of(0, 2, 1), 2, 3)).not.toThrow();
    expect(() => supCon({ classWeights: [1, 0] })).toThrow("classWeights.1 must be > 0, got 0");
  });
});

describe('under "error", of soft labels', () => {
  const all = supCon({ labels: "soft", withoutPositives: "error" });
  const negatives = supCon({ labels: "soft", withoutPositives: "error", denominator: "only-negatives" });
  test.each([
    [all, [1, 0, 0, 0], 2, "sample 1 of the batch has no positive, it has no class"],
    [all, [1, 0, 0, 1], 1, "sample 0 of the batch has no positive: no other shares a class"],
    [negatives, [1, 0, 1, 1], 2, "no anchor has a negative, all samples share a class"],
    [all, [1, 0, 0, 1], 2, undefined],
    [all, [1, 0, 1, 1], 1, undefined],
    [negatives, [1, 0, 0, 1], 2, undefined],
  ])("%#", (loss, rows, views, message) => {
    const check = () => loss.checkBatch!(Float32Array.from(rows), views, 2);
    if (message === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(message);
  });
});

/** Pair by pair, in float64. */
function naive(
  values: ArrayLike<number>,
  rows: readonly (readonly number[])[],
  {
    summation,
    denominator,
    withoutPositives,
    classWeights = "none",
  }: Pick<SupConOptions, "summation" | "denominator" | "withoutPositives" | "classWeights">,
): number {
  const count = samples * views;
  const score = (i: number, j: number) => {
    let sum = 0;
    for (let k = 0; k < dim; k++) sum += values[i * dim + k] * values[j * dim + k];
    return sum / temperature;
  };
  let [total, divisor] = [0, 0];
  for (let i = 0; i < count; i++) {
    const own = rows[Math.floor(i / views)];
    const others = Array.from({ length: count }, (_, j) => j).filter((j) => j !== i);
    const overlaps = others.map((j) => {
      const other = rows[Math.floor(j / views)];
      const common = own.filter((v, c) => v + other[c] === 2).length;
      const either = own.filter((v, c) => v + other[c] > 0).length;
      return { s: score(i, j), overlap: either === 0 ? 0 : common / either };
    });
    const positives = overlaps.filter(({ overlap }) => overlap > 0);
    const negatives = overlaps.filter(({ overlap }) => overlap === 0);
    const held = own.filter((v) => v === 1).length;
    const weight =
      classWeights === "none" ? 1 : held === 0 ? 0 : sum(own.map((v, c) => v * classWeights[c])) / held;
    const hasLoss = positives.length > 0 && (denominator !== "only-negatives" || negatives.length > 0);
    if (hasLoss || withoutPositives === "zero") divisor += weight;
    if (!hasLoss) continue;
    const over = { all: overlaps, "only-negatives": negatives };
    const denominatorOf = (s: number) =>
      denominator === "one-positive"
        ? Math.exp(s) + sum(negatives.map((n) => Math.exp(n.s)))
        : sum(over[denominator ?? "all"].map((n) => Math.exp(n.s)));
    const mean = (of: (s: number) => number) =>
      sum(positives.map(({ s, overlap }) => overlap * of(s))) / sum(positives.map((p) => p.overlap));
    const loss =
      summation === "inside"
        ? -Math.log(mean((s) => Math.exp(s) / denominatorOf(s)))
        : -mean((s) => s - Math.log(denominatorOf(s)));
    total += weight * loss;
  }
  return total / divisor;
}

function run(loss: Loss, rows: readonly (readonly number[])[]) {
  return tf.tidy(() => {
    const input = inputOf(loss, rows);
    const { value, grad } = tf.valueAndGrad(
      (projection: tf.Tensor) =>
        loss.compute({ ...input, embeddings: { projection: projection as tf.Tensor3D } }).loss,
    )(input.embeddings.projection);
    return { loss: value.dataSync()[0], gradient: grad.dataSync() };
  });
}

function inputOf({ needs }: Loss, rows: readonly (readonly number[])[]) {
  return {
    embeddings: { projection: tf.tensor3d(x, [samples, views, dim]) },
    labels:
      needs.labels === "soft"
        ? tf.tensor2d(rows.map((row) => [...row]))
        : tf.tensor1d(
            rows.map((row) => row.indexOf(1)),
            "int32",
          ),
    weights: {},
    buffers: {},
    step: 0,
    stepsPerEpoch: 1,
    totalSteps: 1,
  };
}

function oneHot(label: number): number[] {
  return weights.map((_, c) => (c === label ? 1 : 0));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
