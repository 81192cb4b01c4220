import * as tf from "@tensorflow/tfjs-core";
import type { Runner } from "../runner/runner.js";
import type { Rule } from "../shaders/optimizer/rules.js";
import { squaresDispatch, squaresOf } from "../shaders/optimizer/squares.js";
import { type UpdatedTensor, updateOf } from "../shaders/optimizer/update.js";
import { batches } from "./batches.js";
import { type Kernel, kernel, type KernelCall } from "./kernel.js";
import { outputsInPlace } from "./outputs-in-place.js";

interface Update extends UpdatedTensor {
  readonly gradient: tf.TensorInfo;
  /** Of each thing that moves. */
  readonly before: readonly tf.TensorInfo[];
  readonly after: readonly tf.TensorInfo[];
}

/** A kernel for steps of an optimizer, and the one that has a condition. */
export function updateKernels<Attributes>(
  name: string,
  run: (call: KernelCall<string, Attributes>) => tf.TensorInfo[],
): readonly Kernel[] {
  return [name, `${name}If`].map((each) => kernel(each, run));
}

/**
 * A step of an optimizer on all weights, in as few dispatches as the buffers of a stage allow, and where they are if nobody else
 * holds them; where there is an input `condition`, if that is not 0. Returns what moves, of the first weight, then of the second, ….
 */
export function updateTensors(
  runner: Runner,
  inputs: Readonly<Record<string, tf.Tensor>>,
  rule: Rule,
  {
    step,
    weightDecays,
    adapts = [],
  }: {
    readonly step: readonly number[];
    readonly weightDecays: readonly number[];
    readonly adapts?: readonly boolean[];
  },
): tf.TensorInfo[] {
  const moving = weightDecays.flatMap((_, i) => rule.moving.map((name) => inputs[`${name}${i}`]));
  const all = outputsInPlace(runner, moving, inputs);
  const updates = weightDecays.map((decay, i): Update => {
    const outputs = all.slice(i * rule.moving.length, (i + 1) * rule.moving.length);
    return {
      size: outputs[0].size,
      decay,
      gradient: inputs[`gradient${i}`],
      before: outputs.map(({ from }) => from),
      after: outputs.map(({ to }) => to),
      inPlace: outputs.map(({ inPlace }) => inPlace),
    };
  });
  const present = updates.filter(({ size }) => size > 0);
  const condition = "condition" in inputs ? [inputs.condition] : [];
  const most = runner.device.limits.maxStorageBuffersPerShaderStage - condition.length;
  if (rule.adapts === true) {
    const adapting = new Set(updates.filter((_, i) => adapts[i]));
    runAdapting(runner, rule, step, present, { adapting, condition, most: most - 1 });
  } else {
    for (const batch of batches(present, buffersOf, most)) {
      runner.run(updateOf(rule, batch, step, condition.length > 0), [
        ...condition,
        ...batch.flatMap(readsOf),
        ...batch.flatMap(({ after }) => after),
      ]);
    }
  }
  return updates.flatMap(({ after }) => after);
}

/** First the sums of squares of those weights that adapt, in one tensor; then the updates. */
function runAdapting(
  runner: Runner,
  rule: Rule,
  step: readonly number[],
  updates: readonly Update[],
  {
    adapting,
    condition,
    most,
  }: {
    readonly adapting: ReadonlySet<Update>;
    readonly condition: readonly tf.TensorInfo[];
    /** Of buffers besides the condition and the sums. */
    readonly most: number;
  },
): void {
  let pieces = 0;
  const placed = updates.map((update) => {
    if (!adapting.has(update)) return update;
    const count = squaresOf(update.size);
    const squares = { first: pieces, count };
    pieces += count;
    return { ...update, squares };
  });
  // A buffer must not be empty.
  const sums = runner.output([Math.max(1, pieces), 2]);
  const squared = placed.filter(({ squares }) => squares !== undefined);
  for (const batch of batches(squared, () => 2, most)) {
    const reads = batch.flatMap(({ before, gradient }) => [before[0], gradient]);
    runner.run(squaresDispatch(batch, batch[0].squares!.first), [...reads, sums]);
  }
  for (const batch of batches(placed, buffersOf, most)) {
    const writes = batch.flatMap(({ after }) => after);
    const reads = [...condition, ...batch.flatMap(readsOf), sums];
    runner.run(updateOf(rule, batch, step, condition.length > 0), [...reads, ...writes]);
  }
  runner.free(sums);
}

function readsOf({ gradient, before, inPlace }: Update): tf.TensorInfo[] {
  return [gradient, ...before.filter((_, slot) => !inPlace[slot])];
}

function buffersOf(update: Update): number {
  return readsOf(update).length + update.after.length;
}
