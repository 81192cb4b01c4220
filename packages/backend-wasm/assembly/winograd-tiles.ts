import { FLOAT } from "./simd";
import { TILE, transformGradientLine, transformPixelLine, transformToPixelLine } from "./winograd-lines";

/** Channels that a tile's transforms take at a time. */
export const CHANNELS: i32 = 64;

/** Bytes of these. */
const RUN: usize = <usize>CHANNELS * FLOAT;

/** Scratch memory of a transform: 6×6 runs, and one for pixels that there aren't. */
export const TRANSFORM_SCRATCH: usize = 37 * RUN;
const NOWHERE: usize = 36 * RUN;

/** Vectors of a line without blocks. */
export const UNBROKEN: i32 = i32.MAX_VALUE;

/** Images [height][width][channels] of float32. */
function pixelAt(
  image: usize,
  height: i32,
  width: i32,
  pixel: usize,
  row: i32,
  column: i32,
  outside: usize,
): usize {
  const inside = <u32>row < <u32>height && <u32>column < <u32>width;
  return inside ? image + <usize>(row * width + column) * pixel : outside;
}

/**
 * Transforms the 6×6 pixels at (top, left) of an image, `count` channels of them (at most 64) from `image` on; pixels outside
 * are 0, of which `zeros` holds 64. Frequency f goes to `to + f · stride`; after every
 * `block` vectors of channels, `skip` bytes are left out.
 */
export function transformPixels(
  scratch: usize,
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  count: i32,
  to: usize,
  stride: usize,
  block: i32,
  skip: usize,
  zeros: usize,
): void {
  const pixel = <usize>channels * FLOAT;
  const vectors = count / 4;
  for (let j = 0; j < 6; j++) {
    transformPixelLine(
      pixelAt(image, height, width, pixel, top, left + j, zeros),
      pixelAt(image, height, width, pixel, top + 1, left + j, zeros),
      pixelAt(image, height, width, pixel, top + 2, left + j, zeros),
      pixelAt(image, height, width, pixel, top + 3, left + j, zeros),
      pixelAt(image, height, width, pixel, top + 4, left + j, zeros),
      pixelAt(image, height, width, pixel, top + 5, left + j, zeros),
      vectors,
      scratch + <usize>j * RUN,
      6 * RUN,
      UNBROKEN,
      0,
    );
  }
  for (let i: usize = 0; i < 6; i++) {
    const from = scratch + i * 6 * RUN;
    transformPixelLine(
      from,
      from + RUN,
      from + 2 * RUN,
      from + 3 * RUN,
      from + 4 * RUN,
      from + 5 * RUN,
      vectors,
      to + i * 6 * stride,
      stride,
      block,
      skip,
    );
  }
}

/** The inverse: the frequencies of `count` channels at `from` to the 4×4 pixels at (top, left), as far as they are inside. */
export function transformToPixels(
  scratch: usize,
  from: usize,
  stride: usize,
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  count: i32,
): void {
  const pixel = <usize>channels * FLOAT;
  const vectors = count / 4;
  const nowhere = scratch + NOWHERE;
  for (let i: usize = 0; i < 6; i++) {
    const to = scratch + i * RUN;
    transformToPixelLine(
      from + i * 6 * stride,
      stride,
      vectors,
      to,
      to + 6 * RUN,
      to + 12 * RUN,
      to + 18 * RUN,
    );
  }
  for (let j = 0; j < min(TILE, width - left); j++) {
    transformToPixelLine(
      scratch + <usize>(j * 6) * RUN,
      RUN,
      vectors,
      pixelAt(image, height, width, pixel, top, left + j, nowhere),
      pixelAt(image, height, width, pixel, top + 1, left + j, nowhere),
      pixelAt(image, height, width, pixel, top + 2, left + j, nowhere),
      pixelAt(image, height, width, pixel, top + 3, left + j, nowhere),
    );
  }
}

/**
 * Transforms the 4×4 pixels of dy at (top, left) for the gradient of the filter, as `transformPixels` does.
 */
export function transformGradientPixels(
  scratch: usize,
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  count: i32,
  to: usize,
  stride: usize,
  block: i32,
  skip: usize,
  zeros: usize,
): void {
  const pixel = <usize>channels * FLOAT;
  const vectors = count / 4;
  for (let j = 0; j < TILE; j++) {
    transformGradientLine(
      pixelAt(image, height, width, pixel, top, left + j, zeros),
      pixelAt(image, height, width, pixel, top + 1, left + j, zeros),
      pixelAt(image, height, width, pixel, top + 2, left + j, zeros),
      pixelAt(image, height, width, pixel, top + 3, left + j, zeros),
      vectors,
      scratch + <usize>j * RUN,
      4 * RUN,
      UNBROKEN,
      0,
    );
  }
  for (let i: usize = 0; i < 6; i++) {
    const from = scratch + i * 4 * RUN;
    transformGradientLine(
      from,
      from + RUN,
      from + 2 * RUN,
      from + 3 * RUN,
      vectors,
      to + i * 6 * stride,
      stride,
      block,
      skip,
    );
  }
}
