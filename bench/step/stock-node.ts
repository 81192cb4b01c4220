import * as tf from "@tensorflow/tfjs";
import { nodeGpu, type NodeGpuOptions } from "@contrastive/backend-node-gpu";
import type { Backend } from "@contrastive/core";
import { installGradients } from "@contrastive/ops";
// By path: tfjs-node refuses an image padded by pixels, as a residual network has them, so that much it is given.
import {
  conv2d,
  conv2dBackpropFilter,
  padsOf,
  valid,
} from "../../packages/backend-node-gpu/src/kernels/convolution.js";
import { kernel } from "../../packages/backend-node-gpu/src/kernels/kernel.js";
import { inside, paddedShape } from "../../packages/backend-node-gpu/src/kernels/pads.js";

/** TensorFlow's own operation, of the padded image. */
const conv2dBackpropInput = kernel<"dy" | "filter", tf.Conv2DBackpropInputAttrs>(
  tf.Conv2DBackpropInput,
  ({ inputs: { dy, filter }, attrs, stock }) => {
    const { inputShape } = attrs;
    const pads = padsOf(inputShape, filter.shape, attrs);
    if (pads === undefined) return stock({ dy, filter }, attrs);
    const dx = stock({ dy, filter }, { ...valid(attrs), inputShape: paddedShape(inputShape, pads) });
    return inside(dx, inputShape, pads);
  },
);

/** tfjs-node's own kernels, with what it lacks for training composed of them. */
export function stockNode(options: NodeGpuOptions): Backend {
  return {
    name: "stock-node",
    options: {},
    isAvailable: () => nodeGpu(options).isAvailable(),
    async init() {
      // Which loads it.
      await nodeGpu(options).isAvailable();
      await tf.setBackend("tensorflow");
      for (const kernel of [conv2d, conv2dBackpropFilter, conv2dBackpropInput]) kernel.register();
      installGradients();
      return { name: "tensorflow", device: "tfjs-node, stock kernels", versions: {} };
    },
  };
}
