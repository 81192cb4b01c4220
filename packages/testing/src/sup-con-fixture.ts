import * as tf from "@tensorflow/tfjs";
import type { Backend, Loss } from "@contrastive/core";
import { beforeAll, describe, it } from "vitest";
import { expectClose, expectCloseScalar } from "./compare.js";
import { cpu } from "./cpu.js";

/** The shape of `fixtures/supcon.json`: reference values of SupCon in float64. */
export interface SupConFixture {
  readonly cases: readonly SupConCase[];
}

export interface SupConCase {
  readonly name: string;
  /** `[batch, views, dim]`, to be taken as they are. */
  readonly features: readonly (readonly (readonly number[])[])[];
  /** `[batch]`; null: each sample is a class of its own. */
  readonly labels: readonly number[] | null;
  /** Of `supCon`; what is missing is the default. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly loss: number;
  /** By `view * batch + sample`; null for an anchor without positives. */
  readonly perAnchor: readonly (number | null)[];
  /** The gradient of the loss with respect to the features. */
  readonly gradient: readonly (readonly (readonly number[])[])[];
}

export interface SupConFixtureOptions {
  /** The loss of each anchor, by `sample * views + view`; without it, only the mean is compared. */
  readonly perAnchor?: (
    embeddings: tf.Tensor3D,
    labels: tf.Tensor1D | undefined,
    options: never,
  ) => tf.Tensor1D;
  /** Where the tests run; default `cpu()`. */
  readonly backend?: Backend;
  /** Relative; default 1e-5. */
  readonly tolerance?: number;
}

/**
 * Registers a test for each reference case of SupCon: loss, loss of each anchor and gradient.
 *
 * ```ts
 * import fixture from "@contrastive/testing/fixtures/supcon.json" with { type: "json" };
 * supConFixtureSuite(fixture, supCon, { perAnchor: supConPerAnchor, backend: wasm() });
 * ```
 */
export function supConFixtureSuite(
  fixture: SupConFixture,
  makeLoss: (options: never) => Loss,
  { perAnchor, backend = cpu(), tolerance = 1e-5 }: SupConFixtureOptions = {},
): void {
  describe(`reference values of SupCon (${backend.name})`, () => {
    beforeAll(async () => void (await backend.init()));

    it.each(fixture.cases)("$name", async (reference) => {
      const features = tf.tensor3d(reference.features as number[][][]);
      const labels = reference.labels === null ? undefined : tf.tensor1d([...reference.labels], "int32");
      const loss = makeLoss(reference.options as never);
      const { value, grad } = tf.valueAndGrad(
        (projection: tf.Tensor) =>
          loss.compute({
            embeddings: { projection: projection as tf.Tensor3D },
            labels,
            weights: {},
            buffers: {},
            step: 0,
            stepsPerEpoch: 1,
            totalSteps: 1,
          }).loss,
      )(features);
      expectCloseScalar((await value.data())[0], reference.loss, { tolerance, what: "loss" });
      expectClose(await grad.data(), reference.gradient.flat(2), { tolerance, what: "gradient" });
      if (perAnchor !== undefined) {
        const each = perAnchor(features, labels, reference.options as never);
        expectClose(await each.data(), sampleMajor(reference), { tolerance, what: "loss of each anchor" });
        each.dispose();
      }
      tf.dispose([features, value, grad]);
      labels?.dispose();
    });
  });
}

function sampleMajor({ features, perAnchor }: SupConCase): number[] {
  const batch = features.length;
  const views = perAnchor.length / batch;
  return perAnchor.map((_, i) => perAnchor[(i % views) * batch + Math.floor(i / views)] ?? 0);
}
