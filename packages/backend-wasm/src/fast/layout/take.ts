import * as tf from "@tensorflow/tfjs-core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { bitsOf } from "../bytes.js";
import type { Runtime } from "../runtime.js";
import { type Axis, copyPieces, NOTHING } from "./copy-pieces.js";

/** Neighbouring indices along an axis, from `from` on, or as many of nothing. */
export interface Stretch {
  readonly from: number | "nothing";
  readonly count: number;
}

/** What an output shows along an axis: in order, stretches of the input's. */
export type Picks = readonly Stretch[];

interface Place {
  readonly backend: BackendWasm;
  readonly runtime: Runtime;
}

/** A tensor that shows along each axis what `picks` says, and `fill` where that is nothing. */
export function take(
  { backend, runtime }: Place,
  x: tf.TensorInfo,
  picks: readonly Picks[],
  fill = 0,
): tf.TensorInfo {
  const sizes = picks.map(countOf);
  const out = backend.makeOutput(sizes, x.dtype);
  const width = tf.util.bytesPerElement(x.dtype);
  // What follows the last axis that is not shown as it is lies in one piece.
  const shown = picks.map((pick, axis) => isWhole(pick, x.shape[axis]));
  const cut = Math.max(0, shown.lastIndexOf(false));
  const strides = x.shape.map((_, axis) => width * tf.util.sizeFromShape(x.shape.slice(axis + 1)));
  const [stride = width] = strides.slice(cut);
  const pick = picks[cut] ?? [{ from: 0, count: 1 }];
  let to = 0;
  const pieces = pick.map(({ from, count }) => {
    const piece = { from: from === "nothing" ? NOTHING : from * stride, to, bytes: count * stride };
    to += piece.bytes;
    return piece;
  });
  copyPieces(runtime, {
    axes: picks.slice(0, cut).map((axisPicks, axis) => axisOf(axisPicks, strides[axis])),
    pieces,
    rowBytes: to,
    fill: pattern(fill, x.dtype),
    x: runtime.addressOf(x),
    out: runtime.addressOf(out),
  });
  return out;
}

/** All of an axis. */
export function whole(size: number): Picks {
  return [{ from: 0, count: size }];
}

/** Picks one by one. */
export function picksOf(indices: ArrayLike<number>): Picks {
  const stretches: { from: number; count: number }[] = [];
  for (let i = 0; i < indices.length; i++) {
    const last = stretches.at(-1);
    if (last !== undefined && last.from + last.count === indices[i]) last.count++;
    else stretches.push({ from: indices[i], count: 1 });
  }
  return stretches;
}

function countOf(picks: Picks): number {
  return picks.reduce((sum, { count }) => sum + count, 0);
}

function isWhole(picks: Picks, size: number): boolean {
  return picks.length === 1 && picks[0].from === 0 && picks[0].count === size;
}

function axisOf(picks: Picks, stride: number): Axis {
  const size = countOf(picks);
  if (picks.length === 1 && picks[0].from === 0) return { size, stride };
  const offsets = picks.flatMap(({ from, count }) =>
    Array.from({ length: count }, (_, i) => (from === "nothing" ? NOTHING : (from + i) * stride)),
  );
  return { size, stride, offsets };
}

/** Four bytes that fill memory with a value. */
function pattern(value: number, dtype: tf.DataType): number {
  if (dtype === "bool") return value === 0 ? 0 : 0x01_01_01_01;
  return dtype === "int32" ? value : bitsOf(value);
}
