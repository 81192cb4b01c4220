import * as tf from "@tensorflow/tfjs-core";
import { fastKernel, MOVABLE } from "../fast-kernel.js";
import { type Axis, copyPieces } from "../layout/copy-pieces.js";

export const tile = fastKernel<"x", tf.TileAttrs>(
  tf.Tile,
  ({ inputs: { x }, attrs: { reps }, backend, runtime }) => {
    const out = backend.makeOutput(
      x.shape.map((size, axis) => size * reps[axis]),
      x.dtype,
    );
    const width = tf.util.bytesPerElement(x.dtype);
    // An axis of repetitions, along which x stands still, before each that is repeated.
    const axes = x.shape.flatMap((size, axis): readonly Axis[] => {
      const stride = width * tf.util.sizeFromShape(x.shape.slice(axis + 1));
      return [
        { size: reps[axis], stride: 0 },
        { size, stride },
      ].filter((one) => one.size !== 1);
    });
    // What is repeated in one piece: the last axes of x, or a single word of it.
    let bytes = width;
    while (axes.at(-1)?.stride === bytes) bytes *= axes.pop()?.size ?? 1;
    const repeat = bytes === 4 && axes.at(-1)?.stride === 0;
    const rowBytes = repeat ? 4 * (axes.pop()?.size ?? 1) : bytes;
    copyPieces(runtime, {
      axes,
      pieces: [{ from: 0, to: 0, bytes: rowBytes }],
      rowBytes,
      repeat,
      x: runtime.addressOf(x),
      out: runtime.addressOf(out),
    });
    return out;
  },
  MOVABLE,
);
