import * as tf from "@tensorflow/tfjs-core";

interface Attributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: tf.MaxPoolAttrs["pad"];
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** How a window goes over images of this shape, by tfjs's names and by those of the kernels. */
export function poolOf({ shape }: tf.TensorInfo, { filterSize, strides, pad, dimRoundingMode }: Attributes) {
  const pool = tf.backend_util.computePool2DInfo(
    // As tfjs's ops have checked.
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const window = {
    height: pool.inHeight,
    width: pool.inWidth,
    channels: pool.inChannels,
    outHeight: pool.outHeight,
    outWidth: pool.outWidth,
    windowHeight: pool.filterHeight,
    windowWidth: pool.filterWidth,
    strideY: pool.strideHeight,
    strideX: pool.strideWidth,
    padTop: pool.padInfo.top,
    padLeft: pool.padInfo.left,
  };
  return { pool, window };
}
