import { corruption } from "./corruption.js";
import { filter2d, gaussianFilter, normalized } from "./filter.js";

/** By this sigma. */
export const gaussianBlur = corruption(
  { cifar: [0.4, 0.6, 0.7, 0.8, 1], imagenet: [1, 2, 3, 4, 6] },
  (picture, sigma) => gaussianFilter(picture, sigma),
);

/** A disc of this radius, the edge of which is smoothed by this sigma. */
export const defocusBlur = corruption(
  {
    cifar: [
      { radius: 0.3, smooth: 0.4 },
      { radius: 0.4, smooth: 0.5 },
      { radius: 0.5, smooth: 0.6 },
      { radius: 1, smooth: 0.2 },
      { radius: 1.5, smooth: 0.1 },
    ],
    imagenet: [
      { radius: 3, smooth: 0.1 },
      { radius: 4, smooth: 0.5 },
      { radius: 6, smooth: 0.5 },
      { radius: 8, smooth: 0.5 },
      { radius: 10, smooth: 0.5 },
    ],
  },
  (picture, { radius, smooth }) => filter2d(picture, disc(radius, smooth)),
);

function disc(radius: number, smooth: number): readonly number[] {
  const reach = radius <= 8 ? 8 : radius;
  const size = 2 * reach + 1;
  const hard = Array.from({ length: size * size }, (_, i) =>
    Number((Math.floor(i / size) - reach) ** 2 + ((i % size) - reach) ** 2 <= radius ** 2),
  );
  const around = radius <= 8 ? 1 : 2;
  const across = normalized(
    Array.from({ length: 2 * around + 1 }, (_, i) => Math.exp(-((i - around) ** 2) / (2 * smooth * smooth))),
  );
  const soft = across.flatMap((down) => across.map((right) => down * right));
  const values = Float64Array.from(normalized(hard));
  return [...filter2d({ values, height: size, width: size, channels: 1 }, soft).values];
}
