import type { LossInput, LossOutput, Params } from "@contrastive/core";
import { createRng } from "@contrastive/core";
import { cpu, expectClose, expectCloseScalar, expectNoLeak } from "@contrastive/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { unitRows } from "../test/unit-rows.js";
// By path: losses stand beside backends, and neither names the other.
import { wasm } from "../../backend-wasm/src/wasm.js";
import { supCon, supConPerAnchor, type SupConMemory } from "./index.js";

const [batch, views, dim, classes, temperature] = [3, 2, 4, 3, 0.2];

interface Step {
  readonly labels: readonly number[];
  readonly embeddings: Float32Array;
  readonly targets: Float32Array;
}

const steps: readonly Step[] = [
  [0, 1, 2],
  [1, 1, 0],
  [2, 0, 0],
  [0, 2, 1],
].map((labels, step) => ({
  labels,
  embeddings: unitRows(batch * views, dim, step),
  targets: unitRows(batch * views, dim, 100 + step),
}));

describe.each([cpu(), wasm()])("on $name", (backend) => {
  beforeAll(async () => void (await backend.init()));

  describe.each([
    { memory: { size: 4 } },
    { memory: { size: 10 } },
    { memory: { size: 100 } },
    { memory: { size: 10, warmupSteps: 2 } },
    { memory: { size: 10, keys: "momentum-encoder" } },
  ] satisfies { memory: SupConMemory }[])("$memory", ({ memory }) => {
    test("past embeddings with their labels are contrasts", () => {
      const losses = train(memory, true);
      const past: Row[] = [];
      steps.forEach((step, i) => {
        const used = i < (memory.warmupSteps ?? 0) ? [] : past.slice(0, memory.size);
        expectCloseScalar(losses[i], naive(rowsOf(step, step.embeddings), used), { what: `step ${i}` });
        past.unshift(...rowsOf(step, memory.keys === "momentum-encoder" ? step.targets : step.embeddings));
      });
    });

    test("without labels they are negatives", () => {
      const losses = train(memory, false);
      const past: Row[] = [];
      steps.forEach((step, i) => {
        const own = rowsOf(step, step.embeddings).map((row, at) => ({
          ...row,
          label: Math.floor(at / views),
        }));
        const used = i < (memory.warmupSteps ?? 0) ? [] : past.slice(0, memory.size);
        expectCloseScalar(losses[i], naive(own, used), { what: `step ${i}` });
        const keys = rowsOf(step, memory.keys === "momentum-encoder" ? step.targets : step.embeddings);
        past.unshift(...keys.map((row) => ({ ...row, label: -1 })));
      });
    });
  });

  test("no gradient flows into what was remembered, and all of it into the batch", () => {
    tf.tidy(() => {
      const loss = supCon({ temperature, memory: { size: 6 } });
      const { buffers } = compute(loss, steps[0], initial(loss), 0);
      const f = (x: tf.Tensor) =>
        loss.compute({ ...inputOf(steps[1], buffers!, 1), embeddings: { projection: x as tf.Tensor3D } })
          .loss;
      const x = tf.tensor3d(steps[1].embeddings, [batch, views, dim]);
      const past = rowsOf(steps[0], steps[0].embeddings);
      const at = (values: Float32Array) => naive(rowsOf(steps[1], values), past);
      const expected = steps[1].embeddings.map((_, i) => {
        const moved = (by: number) => at(steps[1].embeddings.map((v, j) => (j === i ? v + by : v)));
        return (moved(1e-2) - moved(-1e-2)) / 2e-2;
      });
      expectClose(tf.grad(f)(x).dataSync(), expected, { tolerance: 2e-3 });
    });
  });

  test("soft labels are remembered", () => {
    const soft = supCon({ temperature, labels: "soft", memory: { size: 8 } });
    const hard = supCon({ temperature, memory: { size: 8 } });
    tf.tidy(() => {
      let [softBuffers, hardBuffers] = [initial(soft), initial(hard)];
      expect(softBuffers.queueLabels.shape).toEqual([8, classes]);
      steps.forEach((step, i) => {
        const input = inputOf(step, softBuffers, i);
        const labels = tf.cast(tf.oneHot(input.labels as tf.Tensor1D, classes), "float32") as tf.Tensor2D;
        const of = soft.compute({ ...input, labels });
        const expected = compute(hard, step, hardBuffers, i);
        expectCloseScalar(of.loss.dataSync()[0], expected.loss.dataSync()[0]);
        [softBuffers, hardBuffers] = [of.buffers!, expected.buffers!];
      });
    });
  });

  test("targets are needed where the keys are a momentum encoder's", () => {
    const loss = supCon({ memory: { size: 8, keys: "momentum-encoder" } });
    expect(loss.needs.targets).toBe(true);
    expect(supCon({ memory: { size: 8 } }).needs.targets).toBe(false);
    tf.tidy(() => {
      const { targets: _, ...input } = inputOf(steps[0], initial(loss), 0);
      expect(() => loss.compute(input)).toThrow('loss "supcon": compute needs targets.projection');
    });
  });

  test("what can't be is refused", () => {
    expect(() => supCon({ memory: { size: 0 } })).toThrow("memory.size must be > 0, got 0");
    tf.tidy(() => {
      const loss = supCon({ memory: { size: 8 } });
      expect(() => loss.compute(inputOf(steps[0], {}, 0))).toThrow(
        "compute needs the buffers that init made",
      );
      expect(() => loss.init!(createRng(1), {}, 3)).toThrow("init needs the size of the embeddings");
      const x = tf.zeros<tf.Rank.R3>([2, 2, 3]);
      expect(() => supConPerAnchor(x, undefined, { memory: { size: 8 } })).toThrow(
        "supConPerAnchor has no memory",
      );
    });
  });

  test("leaks nothing from step to step", async () => {
    await expectNoLeak(() => void train({ size: 9 }, true));
  });
});

/** The loss of each step. */
function train(memory: SupConMemory, labelled: boolean): number[] {
  const loss = supCon({ temperature, memory });
  return tf.tidy(() => {
    let buffers = initial(loss);
    return steps.map((step, i) => {
      const { labels, ...input } = inputOf(step, buffers, i);
      const output = loss.compute(labelled ? { ...input, labels } : input);
      buffers = output.buffers!;
      return output.loss.dataSync()[0];
    });
  });
}

function initial(loss: ReturnType<typeof supCon>): Params {
  return loss.init!(createRng(1), { projection: dim }, classes).buffers!;
}

function compute(loss: ReturnType<typeof supCon>, step: Step, buffers: Params, number: number): LossOutput {
  return loss.compute(inputOf(step, buffers, number));
}

function inputOf(step: Step, buffers: Params, number: number): LossInput {
  return {
    embeddings: { projection: tf.tensor3d(step.embeddings, [batch, views, dim]) },
    targets: { projection: tf.tensor3d(step.targets, [batch, views, dim]) },
    labels: tf.tensor1d([...step.labels], "int32"),
    weights: {},
    buffers,
    step: number,
    stepsPerEpoch: 4,
    totalSteps: 4,
  };
}

interface Row {
  readonly label: number;
  readonly values: Float32Array;
}

function rowsOf({ labels }: Step, values: Float32Array): Row[] {
  return Array.from({ length: batch * views }, (_, i) => ({
    label: labels[Math.floor(i / views)],
    values: values.subarray(i * dim, (i + 1) * dim),
  }));
}

/** Eq. 2 with further contrasts, in float64; the mean over anchors with positives. */
function naive(own: readonly Row[], past: readonly Row[]): number {
  const losses = own.flatMap((anchor) => {
    const others = [...own.filter((row) => row !== anchor), ...past];
    const scores = others.map(({ values }) => dot(anchor.values, values) / temperature);
    const logDenominator = Math.log(scores.reduce((sum, s) => sum + Math.exp(s), 0));
    const positives = scores.filter((_, j) => others[j].label === anchor.label);
    if (positives.length === 0) return [];
    return [-positives.reduce((sum, s) => sum + s - logDenominator, 0) / positives.length];
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, v, i) => sum + v * b[i], 0);
}
