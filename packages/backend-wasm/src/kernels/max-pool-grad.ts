import * as tf from "@tensorflow/tfjs-core";
import { floats, kernel, zeros } from "./kernel.js";

/**
 * The gradient of max pooling: each output's goes to the first of its window's largest values.
 *
 * The stock kernel starts its search for the maximum at the smallest positive number, and so is wrong wherever all of a window is
 * negative.
 */
export const maxPoolGrad = kernel<"dy" | "input" | "output", tf.MaxPoolGradAttrs>(
  tf.MaxPoolGrad,
  ({ inputs: { dy, input }, attrs, backend }) => {
    const pool = tf.backend_util.computePool2DInfo(
      // As tfjs's ops have checked.
      input.shape as [number, number, number, number],
      attrs.filterSize,
      attrs.strides,
      1,
      attrs.pad,
      attrs.dimRoundingMode,
    );
    const { inHeight, inWidth, outHeight, outWidth, inChannels: channels, padInfo } = pool;
    const output = zeros(backend, input.shape);
    const x = floats(backend, input);
    const dys = floats(backend, dy);
    const dx = floats(backend, output);
    const largest = new Float32Array(channels);
    const winner = new Int32Array(channels);
    let from = 0;
    for (let image = 0; image < pool.batchSize; image++) {
      for (let row = 0; row < outHeight; row++) {
        const top = Math.max(0, row * pool.strideHeight - padInfo.top);
        const bottom = Math.min(inHeight, row * pool.strideHeight - padInfo.top + pool.filterHeight);
        for (let column = 0; column < outWidth; column++) {
          const left = Math.max(0, column * pool.strideWidth - padInfo.left);
          const right = Math.min(inWidth, column * pool.strideWidth - padInfo.left + pool.filterWidth);
          largest.fill(-Infinity);
          winner.fill(-1);
          for (let i = top; i < bottom; i++) {
            for (let j = left; j < right; j++) {
              const pixel = ((image * inHeight + i) * inWidth + j) * channels;
              for (let channel = 0; channel < channels; channel++) {
                const value = x[pixel + channel];
                if (value > largest[channel]) {
                  largest[channel] = value;
                  winner[channel] = pixel + channel;
                }
              }
            }
          }
          for (let channel = 0; channel < channels; channel++, from++) {
            // No winner: all of the window is NaN.
            if (winner[channel] >= 0) dx[winner[channel]] += dys[from];
          }
        }
      }
    }
    return output;
  },
);
