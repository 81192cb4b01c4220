/** A convolution of images `[batch, height, width, channels]`; of tfjs's `Conv2DInfo`, what the shaders need. */
export interface Geometry {
  readonly batchSize: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padInfo: { readonly top: number; readonly left: number };
}

/** Whether each pixel meets the filter alone, so that the convolution is a product of matrices. */
export function isPointwise(conv: Geometry): boolean {
  return (
    conv.filterHeight * conv.filterWidth === 1 &&
    conv.strideHeight * conv.strideWidth === 1 &&
    conv.outHeight === conv.inHeight &&
    conv.outWidth === conv.inWidth
  );
}

/** All but the batch: code that depends on these alone serves batches of all sizes. */
export function geometryKey(conv: Geometry): string {
  return [
    `[${conv.inHeight}, ${conv.inWidth}, ${conv.inChannels}]`,
    `to [${conv.outHeight}, ${conv.outWidth}, ${conv.outChannels}]`,
    `by ${conv.filterHeight} × ${conv.filterWidth}`,
    `stride ${conv.strideHeight}, ${conv.strideWidth}`,
    `dilation ${conv.dilationHeight}, ${conv.dilationWidth}`,
    `from ${conv.padInfo.top}, ${conv.padInfo.left}`,
  ].join(" ");
}
