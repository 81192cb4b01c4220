import * as tf from "@tensorflow/tfjs-core";

interface Attributes {
  readonly strides: [number, number] | number;
  readonly pad: tf.Conv2DAttrs["pad"];
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** Of tensors of four axes, as tfjs's ops have checked. */
export function geometryOf(
  x: readonly number[],
  filter: readonly number[],
  attrs: Attributes,
): tf.backend_util.Conv2DInfo {
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

/** Whether the shaders take it: images with the channels last, in floats. */
export function isSupported(conv: tf.backend_util.Conv2DInfo, ...tensors: readonly tf.Tensor[]): boolean {
  return conv.dataFormat === "channelsLast" && tensors.every(({ dtype }) => dtype === "float32");
}
