import { corruption } from "./corruption.js";
import { forwardDct, inverseDct } from "./integer-dct.js";
import { mapValues, type Picture } from "./picture.js";

/** JPEG at this quality. */
export const jpegCompression = corruption(
  { cifar: [80, 65, 58, 50, 40], imagenet: [25, 18, 15, 10, 7] },
  (picture, quality) => compress(picture, quality),
);

/**
 * What baseline JPEG loses: colours at half the resolution, and coefficients rounded by the standard's tables (ITU-T T.81, annex K),
 * scaled as libjpeg does. The coding of what is left loses nothing, and is left out.
 */
function compress(picture: Picture, quality: number): Picture {
  const { values, height, width, channels } = picture;
  const bytes = values.map((value) => Math.round(value * 255));
  const [lumaTable, chromaTable] = [luminance, chrominance].map((table) => scaled(table, quality));
  if (channels === 1) {
    const grey = quantised({ values: bytes, height, width }, lumaTable).values;
    return mapValues(picture, (_, at) => toValue(grey[at]));
  }

  const plane = (red: number, green: number, blue: number, offset: number): Plane => ({
    values: Float64Array.from({ length: height * width }, (_, pixel) => {
      const [r, g, b] = bytes.subarray(pixel * 3, pixel * 3 + 3);
      return (red * r + green * g + blue * b + offset) >> 16;
    }),
    height,
    width,
  });
  // In 16 bits after the point; halves of colours are rounded down.
  const y = quantised(plane(19_595, 38_470, 7471, 32_768), lumaTable);
  const [cb, cr] = [
    plane(-11_059, -21_709, 32_768, (128 << 16) + 32_767),
    plane(32_768, -27_439, -5329, (128 << 16) + 32_767),
  ].map((colour) => doubled(quantised(halved(colour), chromaTable), height, width));
  return mapValues(picture, (_, at) => {
    const pixel = Math.floor(at / 3);
    const [blue, red] = [cb.values[pixel] - 128, cr.values[pixel] - 128];
    const more = [91_881 * red, -22_554 * blue - 46_802 * red, 116_130 * blue][at % 3];
    return toValue(y.values[pixel] + ((more + 32_768) >> 16));
  });
}

/** Of bytes. */
interface Plane {
  readonly values: Float64Array;
  readonly height: number;
  readonly width: number;
}

// Clipped, and away from a value that would be cut off to the byte below.
function toValue(byte: number): number {
  return (Math.min(Math.max(byte, 0), 255) + 1e-6) / 255;
}

/** Each 8 × 8 block to its coefficients, rounded to multiples of the table's, and back. Beyond the edges the last pixels are repeated. */
function quantised({ values, height, width }: Plane, table: readonly number[]): Plane {
  const result = new Float64Array(values.length);
  const block = new Int32Array(64);
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      for (let i = 0; i < 64; i++) {
        const y = Math.min(top + (i >> 3), height - 1);
        const x = Math.min(left + (i & 7), width - 1);
        block[i] = values[y * width + x] - 128;
      }
      const coefficients = forwardDct(block).map((value, i) => roundAway(value / (8 * table[i])) * table[i]);
      inverseDct(coefficients).forEach((value, i) => {
        const [y, x] = [top + (i >> 3), left + (i & 7)];
        if (y < height && x < width) result[y * width + x] = Math.min(Math.max(value + 128, 0), 255);
      });
    }
  }
  return { values: result, height, width };
}

function roundAway(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
}

/**
 * The mean of each 2 × 2 pixels; halves are rounded down and up in turn. As wide as whole blocks, for which the last column of the
 * original is repeated, not that of the means.
 */
function halved({ values, height, width }: Plane): Plane {
  const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 16) * 8];
  const at = (y: number, x: number) => values[Math.min(y, height - 1) * width + Math.min(x, width - 1)];
  const result = Float64Array.from({ length: rows * columns }, (_, i) => {
    const [y, x] = [2 * Math.floor(i / columns), 2 * (i % columns)];
    const sum = at(y, x) + at(y, x + 1) + at(y + 1, x) + at(y + 1, x + 1);
    return (sum + 1 + ((i % columns) % 2)) >> 2;
  });
  return { values: result, height: rows, width: columns };
}

/** libjpeg's "fancy" way back, to a size: three quarters of the nearer pixel and one of the farther, each way. */
function doubled({ values, height, width }: Plane, rows: number, columns: number): Plane {
  const sums = (y: number, x: number) => {
    const near = y >> 1;
    const far = Math.min(Math.max(near + (y % 2 === 0 ? -1 : 1), 0), height - 1);
    return 3 * values[near * width + x] + values[far * width + x];
  };
  const result = Float64Array.from({ length: rows * columns }, (_, i) => {
    const [y, x] = [Math.floor(i / columns), i % columns];
    const near = x >> 1;
    const far = Math.min(Math.max(near + (x % 2 === 0 ? -1 : 1), 0), Math.ceil(columns / 2) - 1);
    return (3 * sums(y, near) + sums(y, far) + (x % 2 === 0 ? 8 : 7)) >> 4;
  });
  return { values: result, height: rows, width: columns };
}

function scaled(table: readonly number[], quality: number): readonly number[] {
  const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return table.map((step) => Math.min(Math.max(Math.floor((step * percent + 50) / 100), 1), 255));
}

const luminance = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

const chrominance = [
  17,
  18,
  24,
  47,
  99,
  99,
  99,
  99,
  18,
  21,
  26,
  66,
  99,
  99,
  99,
  99,
  24,
  26,
  56,
  99,
  99,
  99,
  99,
  99,
  47,
  66,
  99,
  99,
  99,
  99,
  99,
  99,
  ...Array<number>(32).fill(99),
];
