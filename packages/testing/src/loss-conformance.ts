import * as tf from "@tensorflow/tfjs";
import {
  type Backend,
  ContrastiveError,
  createRng,
  describe as describePlugin,
  type Loss,
  notReproducible,
  type Params,
} from "@contrastive/core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { expectClose, expectCloseScalar } from "./compare.js";
import { cpu } from "./cpu.js";
import { expectNoLeak } from "./leaks.js";
import {
  degenerate,
  type LossBatch,
  permuted,
  permutedRows,
  randomBatch,
  rotated,
  softLabels,
} from "./loss-batch.js";
import { dataOf, differences, disposeInput, evaluate, initial, inputOf } from "./loss-values.js";

export interface LossConformanceOptions {
  /** The factory, to check that the options rebuild the loss and that wrong ones are refused. */
  readonly factory?: (options: never) => Loss;
  /** Where the tests run; default `cpu()`. */
  readonly backend?: Backend;
  /** Numbers of views to test with; default `needs.views` and one more. */
  readonly views?: readonly number[];
  /** False if the loss depends on the order of the samples; default true. */
  readonly anyOrder?: boolean;
  /** False if the loss depends on where the axes lie; default: true where `unitLength` and it has no `init`. */
  readonly anyRotation?: boolean;
  /** How far gradients may be from central differences in float32, relative to their norm; default 1e-2. */
  readonly gradientTolerance?: number;
  /** The step of these differences; default 2e-3. */
  readonly gradientStep?: number;
  /**
   * True if the loss holds embeddings constant in places: finite differences then tell nothing about their gradient, and only
   * that of weights is compared. Default false.
   */
  readonly stopsGradient?: boolean;
}

/**
 * Registers tests of all that a `Loss` promises: plain options that rebuild it, wrong options refused by name, weights
 * drawn from the given stream, a scalar loss and scalar metrics, equal results for equal arguments, the gradient of
 * finite differences for embeddings and weights, no influence of the order of samples or of a rotation of the space,
 * finite values for zero vectors, duplicates, one class and all-distinct classes, inputs left alone, no tensor left
 * behind.
 *
 * Batches that `init` or `checkBatch` refuses are left out, but for the one that all these tests stand on.
 *
 * ```ts
 * lossConformance("supcon", () => supCon({ temperature: 0.2 }), { factory: supCon });
 * ```
 */
export function lossConformance(
  name: string,
  make: () => Loss,
  { factory, backend = cpu(), ...settings }: LossConformanceOptions = {},
): void {
  const { needs, init } = make();
  const { anyOrder = true, anyRotation = needs.unitLength && init === undefined } = settings;
  const { gradientTolerance = 1e-2, gradientStep = 2e-3, stopsGradient = false } = settings;
  const { views: numbersOfViews = [needs.views, needs.views + 1] } = settings;

  describe(`loss conformance: ${name} (${backend.name})`, () => {
    beforeAll(async () => void (await backend.init()));

    it("has a name, and options that JSON can hold", () => {
      const loss = make();
      expect(loss.name).not.toBe("");
      const described = describePlugin(loss);
      expect(JSON.parse(JSON.stringify(described))).toEqual(described);
      if (loss.source !== undefined) expect(notReproducible(described)).toEqual([]);
    });

    it("says what it needs", () => {
      expect(["none", "index", "soft"]).toContain(needs.labels);
      expect(Number.isInteger(needs.views) && needs.views >= 1).toBe(true);
      expect(needs.on.length).toBeGreaterThan(0);
      expect(["representation", "projection"]).toEqual(expect.arrayContaining([...needs.on]));
      expect(new Set(needs.on).size).toBe(needs.on.length);
      if (make().takesMixedLabels === true) expect(needs.labels).toBe("soft");
    });

    if (factory !== undefined) {
      it("is rebuilt by its options, and by their JSON", async () => {
        const first = make();
        const batch = batchOf(numbersOfViews[0]);
        for (const options of [first.options, JSON.parse(JSON.stringify(first.options))]) {
          const again = factory(options as never);
          expect(describePlugin(again)).toEqual(describePlugin(first));
          expect(again.needs).toEqual(first.needs);
          expect(await evaluate(again, batch)).toEqual(await evaluate(first, batch));
        }
      });
    }

    if (factory !== undefined) {
      it("refuses unknown options and wrong values, by name", () => {
        const { options } = make();
        const refusal = (key: string) => {
          try {
            factory({ ...options, [key]: { no: "such value" } } as never);
          } catch (error) {
            return error;
          }
          return undefined;
        };
        for (const key of ["noSuchOption", ...Object.keys(options)]) {
          const error = refusal(key);
          expect(error, key).toBeInstanceOf(ContrastiveError);
          expect((error as ContrastiveError).message).toContain(key);
        }
      });
    }

    if (init !== undefined) {
      it("draws its weights from the stream it is given, and nowhere else", async () => {
        const batch = batchOf(numbersOfViews[0]);
        const [first, second] = [initial(make(), batch), initial(make(), batch)];
        expect(await dataOf(second.weights)).toEqual(await dataOf(first.weights));
        expect(await dataOf(second.buffers)).toEqual(await dataOf(first.buffers));
        const dims = Object.fromEntries(needs.on.map((space) => [space, batch.shape[2]]));
        const other = make().init!(createRng(8), dims, batch.classes).weights ?? {};
        for (const name of Object.keys(other)) expect(other[name].shape).toEqual(first.weights[name].shape);
        tf.dispose([first, second, other].map((each) => ({ ...each })));
      });
    }

    describe.each(numbersOfViews)("%d views", (views) => {
      const batch = batchOf(views);

      it("gives a scalar, scalar metrics, and buffers in their old shapes", () => {
        const loss = make();
        const input = inputOf(loss, batch);
        const output = loss.compute(input);
        for (const scalar of [output.loss, ...Object.values(output.metrics ?? {})]) {
          expect([scalar.rank, scalar.dtype]).toEqual([0, "float32"]);
        }
        if (output.buffers !== undefined) {
          expect(shapesOf(output.buffers)).toEqual(shapesOf(input.buffers));
        }
        tf.dispose([output.loss, { ...output.metrics }, { ...output.buffers }]);
        disposeInput(input);
      });

      it("gives the same for the same, and leaves its inputs alone", async () => {
        const loss = make();
        expect(await evaluate(loss, batch)).toEqual(await evaluate(loss, batch));
        const input = inputOf(loss, batch);
        const given = { ...input.embeddings, ...input.targets, ...input.weights, ...input.buffers };
        const before = await dataOf(given);
        const output = loss.compute(input);
        expect(await dataOf(given)).toEqual(before);
        tf.dispose([output.loss, { ...output.metrics }, { ...output.buffers }]);
        disposeInput(input);
      });

      it("leaves no tensor behind but what it returns", async () => {
        const loss = make();
        const input = inputOf(loss, batch);
        const before = tf.memory().numTensors;
        const output = loss.compute(input);
        const old = new Set(Object.values(input.buffers));
        const returned = [output.loss, ...Object.values(output.metrics ?? {})];
        const buffers = Object.values(output.buffers ?? {}).filter((buffer) => !old.has(buffer));
        const alive = new Set([...returned, ...buffers]);
        expect(tf.memory().numTensors - before).toBe(alive.size);
        tf.dispose([...alive]);
        disposeInput(input);
        await expectNoLeak(async () => void (await evaluate(loss, batch)));
      });

      it(stopsGradient ? "has a gradient" : "has the gradient of finite differences", async () => {
        const loss = make();
        const { gradients } = await evaluate(loss, batch);
        expect(Object.values(gradients).some((gradient) => [...gradient].some((v) => v !== 0))).toBe(true);
        for (const [parameter, gradient] of Object.entries(gradients)) {
          if (stopsGradient && !parameter.startsWith("weights/")) continue;
          const expected = await differences(loss, batch, parameter, gradientStep);
          expectClose(gradient, expected, { tolerance: gradientTolerance, what: parameter });
        }
      });

      if (anyOrder) {
        it("does not depend on the order of the samples", async () => {
          const loss = make();
          const order = fc.shuffledSubarray(
            batch.labels.map((_, i) => i),
            { minLength: batch.labels.length },
          );
          await fc.assert(
            fc.asyncProperty(order, fc.nat(1000), async (order, seed) => {
              const drawn = randomBatch(batch.shape, batch.classes, seed);
              const [straight, shuffled] = [
                await evaluate(loss, drawn),
                await evaluate(loss, permuted(drawn, order)),
              ];
              expectCloseScalar(shuffled.loss, straight.loss, { tolerance: 1e-4, what: "loss" });
              for (const space of needs.on) {
                const expected = permutedRows(straight.gradients[space], views * batch.shape[2], order);
                expectClose(shuffled.gradients[space], expected, {
                  tolerance: 1e-4,
                  what: `gradient of ${space}`,
                });
              }
            }),
            { numRuns: 10, seed: 1 },
          );
        });
      }

      if (anyRotation) {
        it("does not depend on where the axes lie", async () => {
          const loss = make();
          await fc.assert(
            fc.asyncProperty(fc.nat(1000), async (seed) => {
              const drawn = randomBatch(batch.shape, batch.classes, seed);
              const [straight, turned] = [
                await evaluate(loss, drawn),
                await evaluate(loss, rotated(drawn, seed + 1)),
              ];
              expectCloseScalar(turned.loss, straight.loss, { tolerance: 1e-4, what: "loss" });
            }),
            { numRuns: 10, seed: 1 },
          );
        });
      }

      it.each(Object.entries(degenerate(batch)))("is finite for %s", async (_case, hard) => {
        const loss = make();
        if (refuses(loss, hard)) return;
        const values = await evaluate(loss, hard);
        const all = { loss: [values.loss], ...values.gradients };
        for (const [what, numbers] of Object.entries(all)) {
          expect(
            [...numbers].every((v) => Number.isFinite(v)),
            what,
          ).toBe(true);
        }
        for (const [metric, value] of Object.entries(values.metrics)) expect(value, metric).not.toBeNaN();
      });

      it("takes the batch that these tests use", () => {
        expect(refuses(make(), batch)).toBe(false);
      });
    });
  });
}

function batchOf(views: number): LossBatch {
  return randomBatch([6, views, 5], 3, 11);
}

function refuses(loss: Loss, batch: LossBatch): boolean {
  const given: Record<typeof loss.needs.labels, () => Int32Array | Float32Array | undefined> = {
    none: () => undefined,
    index: () => Int32Array.from(batch.labels),
    soft: () => softLabels(batch),
  };
  try {
    // Options such as class weights may be for another number of classes.
    const { weights, buffers } = initial(loss, batch);
    tf.dispose([{ ...weights }, { ...buffers }]);
    loss.checkBatch?.(given[loss.needs.labels](), batch.shape[1], batch.classes);
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(ContrastiveError);
    return true;
  }
}

function shapesOf(params: Params): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape, dtype }]) => [name, `${dtype}[${shape}]`]),
  );
}
