import * as tf from "@tensorflow/tfjs-core";
import { fastKernel, MOVABLE } from "../fast-kernel.js";
import { copyPieces } from "../layout/copy-pieces.js";

export const concat = fastKernel<string, tf.ConcatAttrs>(
  tf.Concat,
  ({ inputs, attrs, runtime, backend, stock }) => {
    const parts = Object.values<tf.Tensor>(inputs).filter(({ size }) => size > 0);
    if (parts.length < 2 || parts.some((part) => part.dtype !== parts[0].dtype)) return stock();
    const [{ shape, dtype }] = parts;
    const [axis] = tf.util.parseAxisParam(attrs.axis, shape);
    const shapes = parts.map((part) => part.shape);
    tf.backend_util.assertParamsConsistent(shapes, axis);
    const out = backend.makeOutput(tf.backend_util.computeOutShape(shapes, axis), dtype);
    const bytes = shapes.map(
      (one) => tf.util.bytesPerElement(dtype) * tf.util.sizeFromShape(one.slice(axis)),
    );
    const rowBytes = bytes.reduce((sum, size) => sum + size);
    const rows = tf.util.sizeFromShape(shape.slice(0, axis));
    let to = 0;
    for (const [i, part] of parts.entries()) {
      copyPieces(runtime, {
        axes: [{ size: rows, stride: bytes[i] }],
        pieces: [{ from: 0, to, bytes: bytes[i] }],
        rowBytes,
        x: runtime.addressOf(part),
        out: runtime.addressOf(out),
      });
      to += bytes[i];
    }
    return out;
  },
  MOVABLE,
);

/** Tensors side by side along a new axis. The stock kernel goes through all values in JavaScript. */
export const pack = fastKernel<string, tf.PackAttrs>(
  tf.Pack,
  ({ inputs, attrs: { axis } }) =>
    tf.tidy(() =>
      tf.concat(
        Object.values<tf.Tensor>(inputs).map((part) => tf.expandDims(part, axis)),
        axis,
      ),
    ),
  MOVABLE,
);
