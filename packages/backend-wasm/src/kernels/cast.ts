import type * as tf from "@tensorflow/tfjs-core";
import { kernel } from "./kernel.js";

/** As stock, but to the type that a tensor has already it costs nothing: gradients cast on every product. */
export const cast = kernel<"x", { dtype: tf.DataType }>(
  "Cast",
  ({ inputs: { x }, attrs, backend, stock }) => {
    if (attrs.dtype !== x.dtype) return stock();
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  },
);
