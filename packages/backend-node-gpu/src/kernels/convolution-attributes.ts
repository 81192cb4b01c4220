import type { Attributes } from "../tensorflow.js";

interface Window {
  readonly strides: readonly [down: number, across: number];
  readonly dilations: readonly [down: number, across: number];
}

/** What TensorFlow's convolutions of images `[batch, height, width, channels]` have in common. */
export function convolutionAttributes({ strides, dilations }: Window): Attributes {
  return {
    T: "float32",
    strides: [1, ...strides, 1],
    data_format: "NHWC",
    dilations: [1, ...dilations, 1],
    use_cudnn_on_gpu: true,
  };
}

/** Padding by numbers of pixels: above, below, to the left, to the right. */
export function explicitPadding(pads: readonly number[]): Attributes {
  return { padding: "EXPLICIT", explicit_paddings: [0, 0, ...pads, 0, 0] };
}
