import * as tf from "@tensorflow/tfjs";
import { createRng, type Monitor, type MonitorStep, type Params } from "@contrastive/core";
import { describe, expect, it } from "vitest";
import { expectNoLeak } from "./leaks.js";

/**
 * Registers tests of all that a `Monitor` promises: options that rebuild it, a state of named tensors that it consumes
 * and returns, scalar metrics under steady names, the same numbers for the same steps, inputs left as they were, and
 * nothing leaked. Needs an active tfjs backend.
 *
 * ```ts
 * monitorConformance("onlineProbe", onlineProbe);
 * ```
 */
export function monitorConformance(name: string, factory: (options?: never) => Monitor): void {
  describe(`monitor conformance: ${name}`, () => {
    it("is rebuilt by its options, and refuses an unknown one by name", () => {
      const { name: itsName, options, source, needs } = factory();
      expect(itsName).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(source, "source").toBeDefined();
      expect(["none", "index"]).toContain(needs.labels);
      const json: unknown = JSON.parse(JSON.stringify(options));
      expect(json, "options as JSON").toEqual(options);
      const again = factory(json as never);
      expect({ name: again.name, options: again.options, source: again.source }).toEqual({
        name: itsName,
        options,
        source,
      });
      expect(() => factory({ ...options, noSuchOption: 1 } as never)).toThrow(/noSuchOption/);
    });

    it("draws its state from the stream it is given", async () => {
      const states = [5, 5].map((seed) => factory().init(createRng(seed), 6, 3));
      expect(await read(states[0])).toEqual(await read(states[1]));
      tf.dispose(states);
    });

    it("keeps the names, shapes and types of its state", () => {
      const monitor = factory();
      let state = monitor.init(createRng(0), 6, 3);
      const first = kinds(state);
      for (const batch of batches(3)) {
        const next = monitor.step(state, batch);
        expect(kinds(next.state)).toEqual(first);
        tf.dispose([next.metrics, inputs(batch)]);
        state = next.state;
      }
      tf.dispose(state);
    });

    it("reports finite scalars under the same names each step", async () => {
      const steps = await watch(factory());
      for (const { metrics } of steps) {
        expect(Object.keys(metrics)).toEqual(Object.keys(steps[0].metrics));
        for (const [metric, values] of Object.entries(metrics)) {
          expect(values, metric).toHaveLength(1);
          expect(Number.isFinite(values[0]), metric).toBe(true);
        }
      }
    });

    it("gives the same numbers for the same steps", async () => {
      expect(await watch(factory())).toEqual(await watch(factory()));
    });

    it("goes on from a stored state as if it had never stopped", async () => {
      const monitor = factory();
      const whole = await watch(monitor);
      const restored = Object.fromEntries(
        Object.entries(whole[1].state).map(([key, { values, shape, dtype }]) => [
          key,
          tf.tensor(values, shape, dtype),
        ]),
      );
      expect((await watch(monitor, restored, 2))[0]).toEqual(whole[2]);
    });

    it("leaves what it watches as it was", async () => {
      const monitor = factory();
      const [batch] = batches(1);
      const before = await read({ ...inputs(batch) });
      const { state, metrics } = monitor.step(monitor.init(createRng(0), 6, 3), batch);
      expect(await read({ ...inputs(batch) })).toEqual(before);
      tf.dispose([state, metrics, inputs(batch)]);
    });

    it("consumes its state and leaks nothing", async () => {
      await expectNoLeak(async () => {
        await watch(factory());
      });
    });
  });
}

interface Seen {
  readonly state: Readonly<Record<string, Stored>>;
  readonly metrics: Readonly<Record<string, readonly number[]>>;
}

interface Stored {
  readonly shape: number[];
  readonly dtype: tf.DataType;
  readonly values: number[];
}

/** Runs the steps from `first` on, and copies out what each leaves. Consumes the state. */
async function watch(
  monitor: Monitor,
  state: Params = monitor.init(createRng(0), 6, 3),
  first = 0,
): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const [step, batch] of batches(3).entries()) {
    if (step >= first) {
      const { state: next, metrics } = monitor.step(state, batch);
      const numbers = Object.entries(await read(metrics)).map(([key, { values }]) => [key, values] as const);
      seen.push({ state: await read(next), metrics: Object.fromEntries(numbers) });
      tf.dispose(metrics);
      state = next;
    }
    tf.dispose(inputs(batch));
  }
  tf.dispose(state);
  return seen;
}

/** Steps of 4 samples with 2 views each, dimension 6, 3 classes. */
function batches(count: number): MonitorStep[] {
  return Array.from({ length: count }, (_, step) => {
    const rng = createRng(1).fork(step);
    const labels = Array.from({ length: 8 }, (_, row) => (step + Math.floor(row / 2)) % 3);
    const values = labels.flatMap((label) =>
      Array.from({ length: 6 }, (_, j) => (j % 3 === label ? 2 : 0) + rng.normal()),
    );
    return {
      step,
      stepsPerEpoch: 2,
      totalSteps: 10,
      representation: tf.tensor2d(values, [8, 6]),
      labels: tf.tensor1d(labels, "int32"),
    };
  });
}

function inputs({ representation, labels }: MonitorStep): Params {
  return { representation, ...(labels === undefined ? {} : { labels }) };
}

function kinds(state: Params): Record<string, unknown> {
  return Object.fromEntries(Object.entries(state).map(([key, { shape, dtype }]) => [key, { shape, dtype }]));
}

async function read(params: Params): Promise<Record<string, Stored>> {
  const stored = Object.entries(params).map(async ([key, tensor]) => {
    const values = [...(await tensor.data())];
    return [key, { shape: tensor.shape, dtype: tensor.dtype, values }] as const;
  });
  return Object.fromEntries(await Promise.all(stored));
}
