import * as tf from "@tensorflow/tfjs";
import {
  type Backend,
  describe as describePlugin,
  type GradientTransform,
  notReproducible,
  type Params,
} from "@contrastive/core";
import { copy } from "@contrastive/ops";
import { beforeAll, describe, expect, it } from "vitest";
import { expectClose } from "./compare.js";
import { cpu } from "./cpu.js";

export interface OptimizerConformanceOptions {
  /** The factory, to check that the options rebuild the transform and that an unknown one is refused. */
  readonly factory?: (options: never) => GradientTransform;
  /** True for one whose updates hold decayed weights, so that they are not zero for a zero gradient; default false. */
  readonly decays?: boolean;
  /** Where the tests run; default `cpu()`. */
  readonly backend?: Backend;
}

/** Tensors outside of tfjs: bits that can be compared, and a checkpoint that can be restored. */
type Saved = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>
>;

const steps = 6;

/**
 * Registers tests of all that a `GradientTransform` promises, for optimizers and their building blocks: plain options,
 * gradients and state consumed and nothing else, updates and state in the weights' shapes and of their own, equal
 * results for equal arguments, zero for a zero gradient, and a run that goes on from saved state with the same bits; and of
 * `apply`, where there is one (and `applyIf`), that it does what `update` and an addition do and consumes the weights too.
 *
 * ```ts
 * optimizerConformance("sgd", () => sgd({ momentum: 0.9 }), { factory: sgd });
 * ```
 */
export function optimizerConformance(
  name: string,
  make: () => GradientTransform,
  { factory, decays = false, backend = cpu() }: OptimizerConformanceOptions = {},
): void {
  describe(`optimizer conformance: ${name} (${backend.name})`, () => {
    beforeAll(async () => void (await backend.init()));

    it("has a name, and options that JSON can hold", () => {
      const transform = make();
      expect(transform.name).not.toBe("");
      if (transform.source === undefined) return;
      const described = describePlugin(transform);
      expect(JSON.parse(JSON.stringify(described))).toEqual(described);
      expect(notReproducible(described)).toEqual([]);
    });

    if (factory !== undefined) {
      it("is rebuilt by its options, and refuses an unknown one by name", async () => {
        const first = make();
        const again = factory(first.options as never);
        expect(describePlugin(again)).toEqual(describePlugin(first));
        expect(await train(again)).toEqual(await train(first));
        expect(() => factory({ ...first.options, noSuchOption: 1 } as never)).toThrow(/noSuchOption/);
      });
    }

    it("consumes gradients and state, and no weights", async () => {
      const transform = make();
      const { numTensors, numDataBuffers } = tf.memory();
      const [weights, gradients] = [startingWeights(), gradientsAt(0)];
      const state = transform.init(weights);
      const before = await save(weights);
      const result = transform.update(gradients, state, { ...progressAt(0), weights });
      expect(await save(weights)).toEqual(before);
      const returned = [result.updates, result.state].flatMap((params) => Object.values(params));
      const alive = new Set([...Object.values(weights), ...returned]);
      expect(tf.memory().numTensors).toBe(numTensors + alive.size);
      dispose(result.updates, result.state, weights);
      const after = tf.memory();
      expect([after.numTensors, after.numDataBuffers]).toEqual([numTensors, numDataBuffers]);
    });

    it("gives updates and state that do not depend on each other's life", async () => {
      const transform = make();
      const weights = startingWeights();
      const first = transform.update(gradientsAt(0), transform.init(weights), {
        ...progressAt(0),
        weights,
      });
      const state = await save(first.state);
      dispose(first.updates);
      expect(await save(first.state)).toEqual(state);
      const second = transform.update(gradientsAt(1), first.state, { ...progressAt(1), weights });
      dispose(second.state);
      expect(shapesOf(second.updates)).toEqual(shapesOf(weights));
      await save(second.updates);
      dispose(second.updates, weights);
    });

    it("gives an update of the same shape for every gradient, and keeps the state's names and shapes", async () => {
      const transform = make();
      const weights = startingWeights();
      const state = transform.init(weights);
      const shapes = shapesOf(state);
      const result = transform.update(gradientsAt(0), state, { ...progressAt(0), weights });
      expect(shapesOf(result.updates)).toEqual(shapesOf(weights));
      expect(shapesOf(result.state)).toEqual(shapes);
      dispose(result.updates, result.state, weights);
    });

    it("makes new state, so that the weights can go", async () => {
      const weights = startingWeights();
      const state = make().init(weights);
      dispose(weights);
      await save(state);
      dispose(state);
    });

    it("gives the same for the same, whatever it was asked before", async () => {
      const transform = make();
      const alone = await train(make());
      const [one, two] = await Promise.all([train(transform), train(transform)]);
      expect(one).toEqual(alone);
      expect(two).toEqual(alone);
    });

    it("goes on from saved state with the same bits", async () => {
      const straight = await train(make());
      const half = await trainState(make(), 0, 3);
      const resumed = await trainState(make(), 3, steps, half);
      expect(resumed.weights).toEqual(straight);
    });

    it("stays finite where weights and gradients are zero", async () => {
      const transform = make();
      const weights = zeros();
      let state = transform.init(weights);
      for (let step = 0; step < 3; step++) {
        const result = transform.update(zeros(), state, { ...progressAt(step), weights });
        for (const { values } of Object.values(await save(result.updates))) {
          // Not toEqual: it tells -0 from 0.
          expect(values.every((value) => value === 0)).toBe(true);
        }
        dispose(result.updates);
        state = result.state;
      }
      dispose(weights, state);
    });

    if (!decays) {
      it("moves nothing for zero gradients", async () => {
        const transform = make();
        const weights = startingWeights();
        const result = transform.update(zeros(), transform.init(weights), { ...progressAt(0), weights });
        for (const { values } of Object.values(await save(result.updates))) {
          expect(values.every((value) => value === 0)).toBe(true);
        }
        dispose(result.updates, result.state, weights);
      });
    }

    it("has metrics that are finite at every step", () => {
      for (let step = 0; step < steps; step++) {
        expect(Object.values(make().metrics?.(progressAt(step)) ?? {})).toSatisfy((values: number[]) =>
          values.every(Number.isFinite),
        );
      }
    });

    it("leaks nothing over 100 updates", async () => {
      const transform = make();
      const weights = startingWeights();
      let state = transform.init(weights);
      const before = tf.memory();
      for (let step = 0; step < 100; step++) {
        const result = transform.update(gradientsAt(step), state, { ...progressAt(step), weights });
        dispose(result.updates);
        state = result.state;
      }
      const after = tf.memory();
      dispose(weights, state);
      expect([after.numTensors, after.numDataBuffers, after.numBytes]).toEqual([
        before.numTensors,
        before.numDataBuffers,
        before.numBytes,
      ]);
    });

    if (make().apply !== undefined) applyConformance(make as () => Applying);
  });
}

type Applying = GradientTransform & Required<Pick<GradientTransform, "apply">>;

/** What `apply` promises beside `update`. */
function applyConformance(make: () => Applying): void {
  it("applies what update gives", async () => {
    const transform = make();
    const start = startingWeights();
    let applied: { weights: Params; state: Params } = { weights: start, state: transform.init(start) };
    for (let step = 0; step < steps; step++) {
      const [weights, state] = [copied(applied.weights), copied(applied.state)];
      const result = transform.update(gradientsAt(step), state, { ...progressAt(step), weights });
      applied = transform.apply(gradientsAt(step), applied.state, {
        ...progressAt(step),
        weights: applied.weights,
      });
      expect(shapesOf(applied.weights)).toEqual(shapesOf(weights));
      expect(shapesOf(applied.state)).toEqual(shapesOf(result.state));
      for (const [name, weight] of Object.entries(weights)) {
        const moved = tf.add(weight, result.updates[name]);
        expectClose(await applied.weights[name].data(), await moved.data(), { tolerance: 1e-6, what: name });
        moved.dispose();
      }
      for (const [name, value] of Object.entries(result.state)) {
        expectClose(await applied.state[name].data(), await value.data(), { tolerance: 1e-6, what: name });
      }
      dispose(weights, result.updates, result.state);
    }
    dispose(applied.weights, applied.state);
  });

  it("consumes gradients, state and weights in applying them, and leaves clones of them alone", async () => {
    const transform = make();
    const { numTensors, numDataBuffers } = tf.memory();
    const [weights, gradients] = [startingWeights(), gradientsAt(0)];
    const state = transform.init(weights);
    const given = [weights, gradients, state];
    const clones = given.map(cloned);
    const before = await Promise.all(clones.map(save));
    const result = transform.apply(gradients, state, { ...progressAt(0), weights });
    expect(await Promise.all(clones.map(save))).toEqual(before);
    expect(await save(result.weights)).not.toEqual(before[0]);
    for (const params of given) {
      expect(Object.values(params).filter(({ isDisposed }) => !isDisposed)).toEqual([]);
    }
    dispose(...clones, result.weights, result.state);
    const after = tf.memory();
    expect([after.numTensors, after.numDataBuffers]).toEqual([numTensors, numDataBuffers]);
  });

  it("applies under a condition, if it offers that, what it applies, or nothing", async () => {
    const transform = make();
    if (transform.applyIf === undefined) return;
    const { numTensors, numDataBuffers } = tf.memory();
    for (const value of [1, 0]) {
      const [weights, gradients] = [startingWeights(), gradientsAt(0)];
      const state = transform.init(weights);
      const before = { weights: await save(weights), state: await save(state) };
      if (value === 0) dispose(gradients);
      const condition = tf.scalar(value);
      const result = transform.applyIf(condition, value === 1 ? gradients : nowhere(weights), state, {
        ...progressAt(0),
        weights,
      });
      const after = { weights: await save(result.weights), state: await save(result.state) };
      expect(after).toEqual(value === 1 ? await applySteps(make(), 0, 1) : before);
      dispose(result.weights, result.state);
      condition.dispose();
    }
    const after = tf.memory();
    expect([after.numTensors, after.numDataBuffers]).toEqual([numTensors, numDataBuffers]);
  });

  it("goes on from saved state with the same bits in applying", async () => {
    const straight = await applySteps(make(), 0, steps);
    const half = await applySteps(make(), 0, 3);
    expect(await applySteps(make(), 3, steps, half)).toEqual(straight);
  });

  it("leaks nothing over 100 applications", async () => {
    const transform = make();
    let weights = startingWeights();
    let state = transform.init(weights);
    const before = tf.memory();
    for (let step = 0; step < 100; step++) {
      ({ weights, state } = transform.apply(gradientsAt(step), state, { ...progressAt(step), weights }));
    }
    const after = tf.memory();
    dispose(weights, state);
    expect([after.numTensors, after.numDataBuffers, after.numBytes]).toEqual([
      before.numTensors,
      before.numDataBuffers,
      before.numBytes,
    ]);
  });
}

/** Gradients that are not numbers. */
function nowhere(weights: Params): Params {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape }]) => [name, tf.keep(tf.fill(shape, NaN))]),
  );
}

async function applySteps(
  transform: Applying,
  from: number,
  to: number,
  start?: { readonly weights: Saved; readonly state: Saved },
): Promise<{ weights: Saved; state: Saved }> {
  let weights = start === undefined ? startingWeights() : restore(start.weights);
  let state = start === undefined ? transform.init(weights) : restore(start.state);
  for (let step = from; step < to; step++) {
    ({ weights, state } = transform.apply(gradientsAt(step), state, { ...progressAt(step), weights }));
  }
  const saved = { weights: await save(weights), state: await save(state) };
  dispose(weights, state);
  return saved;
}

/** The weights after a run of a few steps. */
async function train(transform: GradientTransform): Promise<Saved> {
  return (await trainState(transform, 0, steps)).weights;
}

async function trainState(
  transform: GradientTransform,
  from: number,
  to: number,
  start?: { readonly weights: Saved; readonly state: Saved },
): Promise<{ weights: Saved; state: Saved }> {
  let weights = start === undefined ? startingWeights() : restore(start.weights);
  let state = start === undefined ? transform.init(weights) : restore(start.state);
  for (let step = from; step < to; step++) {
    const result = transform.update(gradientsAt(step), state, { ...progressAt(step), weights });
    const moved = Object.fromEntries(
      Object.entries(weights).map(([name, weight]) => [name, tf.add(weight, result.updates[name])]),
    );
    dispose(result.updates, weights);
    weights = moved;
    state = result.state;
    // Other work may come between two steps.
    await Promise.resolve();
  }
  const saved = { weights: await save(weights), state: await save(state) };
  dispose(weights, state);
  return saved;
}

const shapes = { "layer.weight": [3, 2], "layer.bias": [3], scale: [] };

/** Numbers with no pattern, the same on every call. */
function tensors(seed: number): Params {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], which) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const values = Array.from({ length: size }, (_, i) =>
        Math.sin(12.9898 * (seed + 1) + 78.233 * which + 3.7 * i),
      );
      return [name, tf.tensor(values, shape, "float32")];
    }),
  );
}

const startingWeights = () => tensors(1000);
const gradientsAt = (step: number) => tensors(step);
const progressAt = (step: number) => ({ step, stepsPerEpoch: 2, totalSteps: steps });

function zeros(): Params {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, tf.zeros(shape)]));
}

function cloned(params: Params): Params {
  return mapped(params, (tensor) => tf.clone(tensor));
}

function copied(params: Params): Params {
  return mapped(params, copy);
}

function mapped(params: Params, f: (tensor: tf.Tensor) => tf.Tensor): Params {
  return Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, f(tensor)]));
}

function shapesOf(params: Params): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape, dtype }]) => [name, `${dtype}[${shape.join(", ")}]`]),
  );
}

async function save(params: Params): Promise<Saved> {
  const entries = Object.entries(params).map(
    async ([name, tensor]) => [name, { shape: tensor.shape, values: [...(await tensor.data())] }] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function restore(saved: Saved): Params {
  return Object.fromEntries(
    Object.entries(saved).map(([name, { shape, values }]) => [
      name,
      tf.tensor([...values], [...shape], "float32"),
    ]),
  );
}

function dispose(...params: readonly Params[]): void {
  for (const each of params) tf.dispose(Object.values(each));
}
