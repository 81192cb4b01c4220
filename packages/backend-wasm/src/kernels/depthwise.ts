import * as tf from "@tensorflow/tfjs-core";

type Conv = tf.backend_util.Conv2DInfo;
/** What tfjs's ops have checked that shapes are. */
type Shape4D = [number, number, number, number];

export function depthwiseInfo(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: Pick<tf.DepthwiseConv2dNativeAttrs, "strides" | "dilations" | "pad" | "dimRoundingMode">,
): Conv {
  return tf.backend_util.computeConv2DInfo(
    inputShape as Shape4D,
    filterShape as Shape4D,
    attrs.strides,
    attrs.dilations,
    attrs.pad,
    attrs.dimRoundingMode,
    true,
  );
}

/**
 * Calls `visit` for every pair of an output pixel and a tap that lies inside the image, with the offsets of the tap's
 * first value in the filter, the input pixel's in the input and the output pixel's in the output.
 */
export function forEachTap(conv: Conv, visit: (tap: number, from: number, to: number) => void): void {
  const { inHeight, inWidth, outHeight, outWidth, inChannels, outChannels, padInfo } = conv;
  for (let image = 0; image < conv.batchSize; image++) {
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++) {
        const to = ((image * outHeight + row) * outWidth + column) * outChannels;
        for (let i = 0; i < conv.filterHeight; i++) {
          const y = row * conv.strideHeight - padInfo.top + i * conv.dilationHeight;
          if (y < 0 || y >= inHeight) continue;
          for (let j = 0; j < conv.filterWidth; j++) {
            const x = column * conv.strideWidth - padInfo.left + j * conv.dilationWidth;
            if (x < 0 || x >= inWidth) continue;
            const from = ((image * inHeight + y) * inWidth + x) * inChannels;
            visit((i * conv.filterWidth + j) * outChannels, from, to);
          }
        }
      }
    }
  }
}
