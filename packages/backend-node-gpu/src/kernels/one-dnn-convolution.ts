import * as tf from "@tensorflow/tfjs-core";
import { executeByOneDnn } from "../one-dnn.js";
import type { Attributes, TensorFlowBackend } from "../tensorflow.js";
import { convolutionAttributes, explicitPadding } from "./convolution-attributes.js";
import { inside, paddedShape } from "./pads.js";

type Info = tf.backend_util.Conv2DInfo;

/** A convolution by oneDNN, where TensorFlow has that. */
export function oneDnnConvolution(
  backend: TensorFlowBackend,
  x: tf.Tensor,
  filter: tf.Tensor,
  info: Info,
): tf.Tensor | undefined {
  if (info.dataFormat !== "channelsLast") return undefined;
  const { top, bottom, left, right } = info.padInfo;
  const attributes = { ...attributesOf(info), ...explicitPadding([top, bottom, left, right]) };
  return executeByOneDnn(backend, "Conv2D", attributes, [x, filter])?.[0];
}

/** Its gradient by the image. TensorFlow knows that for the paddings SAME and VALID: with any other, of the padded image. */
export function oneDnnInputGradient(
  backend: TensorFlowBackend,
  dy: tf.Tensor,
  filter: tf.Tensor,
  info: Info,
): tf.Tensor | undefined {
  if (info.dataFormat !== "channelsLast") return undefined;
  const same = isSame(info);
  const shape = same ? info.inShape : paddedShape(info.inShape, info.padInfo);
  const attributes = { ...attributesOf(info), padding: same ? "SAME" : "VALID" };
  const inputs = [tf.tensor1d(shape, "int32"), filter, dy];
  const dx = executeByOneDnn(backend, "Conv2DBackpropInput", attributes, inputs)?.[0];
  if (dx === undefined || same) return dx;
  return inside(dx, info.inShape, info.padInfo);
}

function attributesOf({ strideHeight, strideWidth, dilationHeight, dilationWidth }: Info): Attributes {
  return convolutionAttributes({
    strides: [strideHeight, strideWidth],
    dilations: [dilationHeight, dilationWidth],
  });
}

/** Whether the padding, however it was given, is the one that TensorFlow calls so. */
function isSame({ inShape, filterHeight, filterWidth, outChannels, padInfo, ...info }: Info): boolean {
  const { padInfo: same } = tf.backend_util.computeConv2DInfo(
    inShape,
    [filterHeight, filterWidth, inShape[3], outChannels],
    [info.strideHeight, info.strideWidth],
    [info.dilationHeight, info.dilationWidth],
    "same",
  );
  const sides = ["top", "bottom", "left", "right"] as const;
  return sides.every((side) => padInfo[side] === same[side]);
}
