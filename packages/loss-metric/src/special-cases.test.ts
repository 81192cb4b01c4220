import { cpu, expectClose, expectCloseScalar } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
// By path: losses stand beside each other, and none names another.
import { supCon, supConPerAnchor } from "../../loss-supcon/src/index.js";
import { batches, directions } from "../test/batches.js";
import { type Batch, evaluate } from "../test/check.js";
import { nPairs, softNearestNeighbor, triplet } from "./index.js";

beforeAll(async () => void (await cpu().init()));

/** Khosla et al. 2020, section 3.2.3: what SupCon comes to in special cases. */
describe("SupCon", () => {
  test.each(batches)("at τ = 1 with one positive in the denominator is N-pairs: %s", (_name, batch) => {
    const expected = evaluate(supCon({ temperature: 1, denominator: "one-positive" }), batch);
    const actual = evaluate(nPairs({ penalty: 0 }), batch);
    expectCloseScalar(actual.value, expected.value, { tolerance: 1e-6 });
    expectClose(actual.gradient, expected.gradient, { tolerance: 1e-6 });
  });

  test.each(batches)(
    "with the sum inside is the soft nearest neighbour loss and log |P|: %s",
    (_name, batch) => {
      const inside = evaluate(supCon({ temperature: 0.15, summation: "inside" }), batch);
      const actual = evaluate(softNearestNeighbor({ temperature: 0.3 }), batch);
      expectClose(actual.gradient, inside.gradient, { tolerance: 1e-6 });
      expectCloseScalar(actual.value, inside.value - meanLogPositives(batch), { tolerance: 1e-6 });
    },
  );

  // An anchor and its positive, each the other's, and one negative.
  const triples = [0, 1, 2].map((i) => directions([3, 1, 4 + i], [0, 0, 1], 3));

  test.each(triples)("of one positive and one negative is the triplet loss with a soft margin", (batch) => {
    // log(1 + e^{(a·n − a·p) / τ}), and 2 (a·n − a·p) = d(a, p)² − d(a, n)².
    const expected = evaluate(
      triplet({ mining: "all", margin: "soft", distance: "squared-euclidean" }),
      batch,
    );
    expectCloseScalar(evaluate(supCon({ temperature: 0.5 }), batch).value, expected.value, {
      tolerance: 1e-6,
    });
  });

  test.each(triples)("to first order it is the triplet loss with margin 2τ", (batch) => {
    // L ≈ e^L − 1 = e^{(a·n − a·p) / τ} ≈ (d(a, p)² − d(a, n)² + 2τ) / 2τ
    const errors = [4, 40, 400].map((temperature) => {
      const firstOrder = mean(
        perAnchor(batch, temperature).map((loss) => 2 * temperature * Math.expm1(loss)),
      );
      const options = { mining: "all", distance: "squared-euclidean", margin: 2 * temperature } as const;
      return Math.abs(firstOrder - evaluate(triplet(options), batch).value);
    });
    // The next term of the exponential is (d(a, p)² − d(a, n)²)² / 4τ.
    expect(errors[0]).toBeGreaterThan(1e-3);
    expect(errors[1]).toBeLessThan(errors[0] / 8);
    expect(errors[2]).toBeLessThan(errors[0] / 80 + 1e-4);
  });
});

/** Of the two anchors that have a positive. */
function perAnchor({ shape, x, labels }: Batch, temperature: number): number[] {
  return tf.tidy(() => {
    const embeddings = tf.tensor3d(Float32Array.from(x), [...shape]);
    const losses = supConPerAnchor(embeddings, tf.tensor1d([...labels], "int32"), { temperature });
    return [...losses.dataSync()].slice(0, 2);
  });
}

function meanLogPositives({ shape, labels }: Batch): number {
  const counts = labels.map((label) => labels.filter((other) => other === label).length * shape[1] - 1);
  return mean(counts.filter((count) => count > 0).map(Math.log));
}

function mean(x: readonly number[]): number {
  return x.reduce((a, b) => a + b, 0) / x.length;
}
