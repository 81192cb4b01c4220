/** What is subtracted from each channel, and what it is then divided by: one value, or one a channel. */
export interface ChannelScaling {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** `(values - mean) / std` in float32, channel by channel: the bits that a subtraction and a division of tensors give. */
export function normalizeInPlace(values: Float32Array, { mean, std }: ChannelScaling): void {
  const channels = mean.length;
  for (let c = 0; c < channels; c++) {
    const center = Math.fround(mean[c]);
    const scale = Math.fround(std[c]);
    for (let i = c; i < values.length; i += channels) values[i] = Math.fround(values[i] - center) / scale;
  }
}
