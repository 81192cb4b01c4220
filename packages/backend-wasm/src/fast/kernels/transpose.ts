import * as tf from "@tensorflow/tfjs-core";
import { fastKernel, MOVABLE } from "../fast-kernel.js";
import { permutedAxes } from "../layout/permuted-axes.js";
import { transposePlanes } from "../layout/transpose-planes.js";
import { copyPieces } from "../layout/copy-pieces.js";

export const transpose = fastKernel<"x", tf.TransposeAttrs>(
  tf.Transpose,
  ({ inputs: { x }, attrs: { perm }, backend, runtime, stock }) => {
    const shape = perm.map((axis) => x.shape[axis]);
    const axes = permutedAxes(x.shape, perm);
    if (axes.length <= 1) {
      backend.incRef(x.dataId);
      return { dataId: x.dataId, shape, dtype: x.dtype };
    }
    const width = tf.util.bytesPerElement(x.dtype);
    const last = axes[axes.length - 1];
    if (last.inStride !== 1 && width !== 4) return stock();
    const out = backend.makeOutput(shape, x.dtype);
    if (x.size === 0) return out;
    const operands = { x: runtime.addressOf(x), out: runtime.addressOf(out) };
    if (last.inStride !== 1) transposePlanes(runtime, axes, operands);
    else {
      const rowBytes = width * last.size;
      copyPieces(runtime, {
        axes: axes.slice(0, -1).map(({ size, inStride }) => ({ size, stride: width * inStride })),
        pieces: [{ from: 0, to: 0, bytes: rowBytes }],
        rowBytes,
        ...operands,
      });
    }
    return out;
  },
  MOVABLE,
);
