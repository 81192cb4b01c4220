import * as tf from "@tensorflow/tfjs";
import { type Backend, createRng, describe as describePlugin, notReproducible } from "@contrastive/core";
import { beforeAll, describe, expect, it } from "vitest";
import { type OpCase, sizeOf } from "./backend/case.js";
import { convolutionCases } from "./backend/convolution-cases.js";
import { layoutCases } from "./backend/layout-cases.js";
import { matrixCases } from "./backend/matrix-cases.js";
import { plainCases } from "./backend/plain-cases.js";
import { poolingCases } from "./backend/pooling-cases.js";
import { reductionCases } from "./backend/reduction-cases.js";
import { expectClose } from "./compare.js";
import { finiteDifference } from "./finite-difference.js";

export interface BackendConformanceOptions {
  /** The factory, to check that the options rebuild the backend and that an unknown one is refused. */
  readonly factory?: (options: never) => Backend;
  /** Relative error of values and gradients; default 1e-5. */
  readonly tolerance?: number;
}

/**
 * Registers tests of all that a `Backend` promises: plain options, an honest `isAvailable`, an `init` that may be called again,
 * and the ops that training lives on, with their gradients.
 *
 * Each op is compared with float64 loops (its gradient with their central differences) or with the plain JavaScript
 * backend of tfjs, must give the same bits twice, and may not leak. Values are read asynchronously only.
 *
 * ```ts
 * backendConformance("wasm", () => wasm(), { factory: wasm });
 * ```
 */
export function backendConformance(
  name: string,
  make: () => Backend,
  { factory, tolerance = 1e-5 }: BackendConformanceOptions = {},
): void {
  describe(`backend conformance: ${name}`, () => {
    it("has a name, and options that JSON can hold", () => {
      const backend = make();
      expect(backend.name).not.toBe("");
      const described = describePlugin(backend);
      expect(JSON.parse(JSON.stringify(described))).toEqual(described);
      if (backend.source !== undefined) expect(notReproducible(described)).toEqual([]);
    });

    if (factory !== undefined)
      it("is rebuilt by its options, and refuses an unknown one by name", () => {
        const first = make();
        const again = factory(first.options as never);
        expect(describePlugin(again)).toEqual(describePlugin(first));
        expect(() => factory({ ...first.options, noSuchOption: 1 } as never)).toThrow(/noSuchOption/);
      });

    it("is available, or says why not and what to do", async () => {
      const availability = await make().isAvailable();
      if (availability.ok) return;
      expect(availability.why).not.toBe("");
      expect(availability.fix).not.toBe("");
    });

    it("becomes the active backend, any number of times, and leaves tensors alone", async () => {
      const first = await make().init();
      expect(tf.getBackend()).toBe(first.name);
      expect(first.device).not.toBe("");
      const x = tf.tensor1d([1, 2, 3]);
      expect(await make().init()).toEqual(first);
      const doubled = tf.mul(x, 2);
      expect([...(await doubled.data())]).toEqual([2, 4, 6]);
      tf.dispose([x, doubled]);
    });

    describe.each([
      ["convolution", convolutionCases],
      ["pooling", poolingCases],
      ["matrices", matrixCases],
      ["layout", layoutCases],
      ["reductions", reductionCases],
      ["plain ops", plainCases],
    ])("%s", (_, cases) => {
      beforeAll(async () => void (await make().init()));
      it.each(cases)("$name", (op) => checkOp(op, make, tolerance));
    });
  });
}

/** One value and the gradients with respect to each input, of the op's dot product with fixed numbers. */
interface Outcome {
  readonly value: ArrayLike<number>;
  readonly gradients: readonly ArrayLike<number>[];
}

async function checkOp(op: OpCase, make: () => Backend, tolerance: number): Promise<void> {
  const { tensors, buffers } = resources();
  const first = await run(op);
  expect(resources(), "alive after the op and its gradient").toEqual({ tensors, buffers });
  expect(await run(op), "the second time").toEqual(first);

  const expected = op.reference === undefined ? await onCpu(op, make) : inLoops(op, op.reference);
  expectClose(first.value, expected.value, { tolerance, what: "value" });
  expect(first.gradients.length).toBe(expected.gradients.length);
  expected.gradients.forEach((gradient, i) =>
    expectClose(first.gradients[i], gradient, { tolerance, what: `gradient of input ${i}` }),
  );
}

async function run(op: OpCase): Promise<Outcome> {
  const inputs = inputsOf(op).map((values, i) => tf.tensor(values, [...op.inputs[i]], "float32"));
  const value = tf.tidy(() => op.compute(...inputs));
  const weights = tf.tensor(cotangentOf(op, value.size), value.shape, "float32");
  const gradients =
    op.differentiable === false
      ? []
      : tf.grads((...xs: tf.Tensor[]) => tf.sum(tf.mul(op.compute(...xs), weights)))(inputs);
  const read = {
    value: await value.data(),
    gradients: await Promise.all(gradients.map((gradient) => gradient.data())),
  };
  tf.dispose([inputs, value, weights, gradients]);
  return read;
}

async function onCpu(op: OpCase, make: () => Backend): Promise<Outcome> {
  await tf.setBackend("cpu");
  const outcome = await run(op);
  await make().init();
  return outcome;
}

function inLoops(op: OpCase, reference: NonNullable<OpCase["reference"]>): Outcome {
  const inputs = inputsOf(op).map((values) => Float64Array.from(values));
  const value = reference(...inputs);
  const weights = cotangentOf(op, value.length);
  const gradients =
    op.differentiable === false
      ? []
      : inputs.map((input, i) =>
          finiteDifference((x) => {
            const output = reference(...inputs.map((other, j) => (j === i ? x : other)));
            return output.reduce((sum, v, k) => sum + v * weights[k], 0);
          }, input),
        );
  return { value, gradients };
}

function inputsOf({ name, inputs, range: [low, high] = [-1, 1] }: OpCase): readonly Float32Array[] {
  return inputs.map((shape, i) => {
    const rng = createRng(1).fork(name, i);
    return Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * rng.uniform());
  });
}

/** Of both signs, and never near zero. */
function cotangentOf({ name }: OpCase, size: number): Float32Array {
  const rng = createRng(2).fork(name);
  return Float32Array.from({ length: size }, () => (rng.uniform() < 0.5 ? -1 : 1) * (0.5 + rng.uniform()));
}

/** What the program holds; buffers of the backend outlive their tensors where a kernel forgets one. */
function resources(): { tensors: number; buffers: number } {
  return { tensors: tf.memory().numTensors, buffers: tf.backend().numDataIds() };
}
