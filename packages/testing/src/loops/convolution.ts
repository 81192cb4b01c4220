import * as tf from "@tensorflow/tfjs-core";

export function size(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

export function inLoops(
  conv: tf.backend_util.Conv2DInfo,
  { x, filter, dy }: Readonly<Record<"x" | "filter" | "dy", Float32Array>>,
): Record<"y" | "dx" | "dFilter", Float64Array> {
  const y = new Float64Array(dy.length);
  const dx = new Float64Array(x.length);
  const dFilter = new Float64Array(filter.length);
  const { batchSize, outHeight, outWidth, inHeight, inWidth, inChannels, outChannels, padInfo } = conv;
  for (let n = 0; n < batchSize; n++)
    for (let row = 0; row < outHeight; row++)
      for (let column = 0; column < outWidth; column++)
        for (let i = 0; i < conv.filterHeight; i++)
          for (let j = 0; j < conv.filterWidth; j++) {
            const u = row * conv.strideHeight + i * conv.dilationHeight - padInfo.top;
            const v = column * conv.strideWidth + j * conv.dilationWidth - padInfo.left;
            if (u < 0 || v < 0 || u >= inHeight || v >= inWidth) continue;
            for (let c = 0; c < inChannels; c++) {
              const from = ((n * inHeight + u) * inWidth + v) * inChannels + c;
              for (let o = 0; o < outChannels; o++) {
                const to = ((n * outHeight + row) * outWidth + column) * outChannels + o;
                const tap = ((i * conv.filterWidth + j) * inChannels + c) * outChannels + o;
                y[to] += x[from] * filter[tap];
                dx[from] += dy[to] * filter[tap];
                dFilter[tap] += x[from] * dy[to];
              }
            }
          }
  return { y, dx, dFilter };
}
