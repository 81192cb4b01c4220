import * as tf from "@tensorflow/tfjs-core";
import { kernel } from "./kernel.js";

/**
 * A tensor of the same storage. The stock kernel copies, and tfjs clones whatever a gradient needs: all activations.
 */
export const identity = kernel<"x", object>(tf.Identity, ({ inputs: { x }, backend, stock }) => {
  if (x.dtype === "string") return stock();
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
});
