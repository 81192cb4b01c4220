import * as tf from "@tensorflow/tfjs-core";

export type Geometry = tf.backend_util.Conv2DInfo;

interface Attributes {
  readonly strides: [number, number] | number;
  readonly pad: tf.Conv2DAttrs["pad"];
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** Of tensors of four axes, as tfjs's ops have checked. */
export function geometryOf(x: readonly number[], filter: readonly number[], attrs: Attributes): Geometry {
  return tf.backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    false,
    tf.backend_util.convertConv2DDataFormat(attrs.dataFormat),
  );
}

/** Addresses of the tensors of a convolution, or of their gradients. */
export interface Operands {
  readonly x: number;
  readonly filter: number;
  readonly y: number;
}
