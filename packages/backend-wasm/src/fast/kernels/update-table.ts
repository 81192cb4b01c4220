import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type * as tf from "@tensorflow/tfjs-core";
import type { Runtime } from "../runtime.js";
import { inPlace } from "./in-place.js";

/** A weight, its gradient and what moves with it. */
export interface UpdatedTensor {
  readonly size: number;
  /** Of the gradient, then of each thing that moves, before and after. */
  readonly addresses: readonly number[];
}

/** The tensors of an optimizer's update, of which the inputs `slots` (`weight0`, …) move; and what they move to. */
export function updatedTensors(
  call: {
    readonly inputs: Readonly<Record<string, tf.Tensor>>;
    readonly backend: BackendWasm;
    readonly runtime: Runtime;
  },
  count: number,
  slots: readonly string[],
): { outputs: tf.TensorInfo[]; tensors: readonly UpdatedTensor[] } {
  const { inputs, backend, runtime } = call;
  const target = inPlace(backend, runtime, inputs);
  const outputs: tf.TensorInfo[] = [];
  const tensors = Array.from({ length: count }, (_, i) => {
    const gradient = inputs[`gradient${i}`];
    const moves = slots.flatMap((slot) => {
      const before = inputs[`${slot}${i}`];
      const after = target(before);
      outputs.push(after);
      return [before, after];
    });
    return { size: gradient.size, addresses: [gradient, ...moves].map(runtime.addressOf) };
  });
  return { outputs, tensors };
}

/**
 * Rows of a table for a kernel of `assembly/optimizer-updates.ts`: of each piece of a tensor that is one task, its length and
 * what `cells` makes of the addresses there.
 */
export function updateRows(
  { layout: { chunk } }: Runtime,
  tensors: readonly UpdatedTensor[],
  cells: (tensor: number, addresses: readonly number[], all: { first: number; count: number }) => number[],
): readonly (readonly number[])[] {
  const rows: (readonly number[])[] = [];
  tensors.forEach(({ size, addresses }, tensor) => {
    const all = { first: rows.length, count: Math.ceil(size / chunk) };
    for (let from = 0; from < size; from += chunk) {
      const there = addresses.map((address) => address + 4 * from);
      rows.push([Math.min(chunk, size - from), ...cells(tensor, there, all)]);
    }
  });
  return rows;
}

/** Puts a table where kernels find it, with `extra` bytes behind it. */
export function writeTable(
  runtime: Runtime,
  rows: readonly (readonly number[])[],
  extra = 0,
): { table: number; rest: number } {
  const cells = rows.flat();
  const places = runtime.workspace({ table: 4 * cells.length, rest: extra });
  runtime.writeIntegers(places.table, cells);
  return places;
}
