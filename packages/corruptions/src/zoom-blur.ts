import { corruption } from "./corruption.js";
import { between } from "./filter.js";
import { mapValues, type Picture } from "./picture.js";

/** The mean of the image and of ever larger ones. */
export const zoomBlur = corruption(
  {
    cifar: [range(1.06, 0.01), range(1.11, 0.01), range(1.16, 0.01), range(1.21, 0.01), range(1.26, 0.01)],
    imagenet: [range(1.11, 0.01), range(1.16, 0.01), range(1.21, 0.02), range(1.26, 0.02), range(1.31, 0.03)],
  },
  (picture, factors) => {
    const sum = Float64Array.from(picture.values);
    for (const factor of factors) zoomed(picture, factor).values.forEach((value, at) => (sum[at] += value));
    return mapValues(picture, (_, at) => sum[at] / (factors.length + 1));
  },
);

/** NumPy's `arange(1, end, step)`, which rounding may let reach `end`. */
function range(end: number, step: number): readonly number[] {
  const difference = 1 + step - 1;
  return Array.from({ length: Math.ceil((end - 1) / step) }, (_, i) => 1 + i * difference);
}

/** The middle, scaled up linearly to the size of the whole. */
export function zoomed(picture: Picture, factor: number): Picture {
  const { height, width, channels } = picture;
  const [rows, columns] = [scale(height, factor), scale(width, factor)];
  const values = new Float64Array(height * width * channels);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) values[at++] = between(picture, rows(y), columns(x), c, "nearest");
    }
  }
  return { ...picture, values };
}

/** Where in the image a row of the scaled one lies: first and last rows of the part coincide with those of the whole. */
function scale(length: number, factor: number): (at: number) => number {
  const part = Math.ceil(length / factor);
  const start = Math.floor((length - part) / 2);
  const scaled = roundHalfEven(part * factor);
  const trim = Math.floor((scaled - length) / 2);
  const ratio = scaled > 1 ? (part - 1) / (scaled - 1) : 0;
  return (at) => start + Math.min((at + trim) * ratio, part - 1);
}

function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
