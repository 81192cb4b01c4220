import { loadLanes, storeLanes } from "./lanes";
import { FLOAT } from "./simd";

/**
 * The gradient of max pooling: each output's goes to the first of its window's largest values; NaN is never the largest.
 *
 * x and dx are [images][height][width][channels], dy [images][outHeight][outWidth][channels]. Tasks are groups of
 * `channelsPerTask` channels within images: windows that overlap never lie in two of them.
 */
export function maxPoolGradient(
  begin: i32,
  end: i32,
  scratch: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideY: i32,
  strideX: i32,
  padTop: i32,
  padLeft: i32,
  channelsPerTask: i32,
  x: usize,
  dy: usize,
  dx: usize,
): void {
  const pixel = <usize>channels * FLOAT;
  const groups = (channels + channelsPerTask - 1) / channelsPerTask;
  for (let task = begin; task < end; task++) {
    const image = task / groups;
    const firstChannel = (task % groups) * channelsPerTask;
    const count = min(channelsPerTask, channels - firstChannel);
    const offset = <usize>(image * height * width) * pixel + <usize>firstChannel * FLOAT;
    if (groups == 1) memory.fill(dx + offset, 0, <usize>(height * width) * pixel);
    else
      for (let i = 0; i < height * width; i++)
        memory.fill(dx + offset + <usize>i * pixel, 0, <usize>count * FLOAT);
    let from = dy + <usize>(image * outHeight * outWidth) * pixel + <usize>firstChannel * FLOAT;
    for (let row = 0; row < outHeight; row++) {
      const top = row * strideY - padTop;
      const firstRow = max(0, top);
      const rows = min(height, top + windowHeight) - firstRow;
      for (let column = 0; column < outWidth; column++) {
        const left = column * strideX - padLeft;
        const firstColumn = max(0, left);
        const columns = min(width, left + windowWidth) - firstColumn;
        const corner = offset + <usize>(firstRow * width + firstColumn) * pixel;
        let c = 0;
        for (; c + 8 <= count; c += 8) {
          const at = corner + <usize>c * FLOAT;
          passOn(x + at, dx + at, from + <usize>c * FLOAT, rows, columns, width, pixel);
        }
        for (; c < count; c += 4) {
          const at = corner + <usize>c * FLOAT;
          passOnLanes(x + at, dx + at, from + <usize>c * FLOAT, rows, columns, width, pixel, count - c);
        }
        from += pixel;
      }
    }
  }
}

/** Adds the gradients of eight channels of a window to the first of its largest values, if it has one. */
function passOn(x: usize, dx: usize, dy: usize, rows: i32, columns: i32, width: i32, pixel: usize): void {
  let largest0 = f32x4.splat(-Infinity);
  let largest1 = f32x4.splat(-Infinity);
  let winner0 = i32x4.splat(-1);
  let winner1 = i32x4.splat(-1);
  const one = i32x4.splat(1);
  let number = i32x4.splat(0);
  for (let i = 0; i < rows; i++) {
    let at = x + <usize>(i * width) * pixel;
    for (let j = 0; j < columns; j++) {
      const value0 = v128.load(at);
      const value1 = v128.load(at, 16);
      const larger0 = f32x4.gt(value0, largest0);
      const larger1 = f32x4.gt(value1, largest1);
      largest0 = f32x4.pmax(largest0, value0);
      largest1 = f32x4.pmax(largest1, value1);
      winner0 = v128.bitselect(number, winner0, larger0);
      winner1 = v128.bitselect(number, winner1, larger1);
      number = i32x4.add(number, one);
      at += pixel;
    }
  }
  const gradient0 = v128.load(dy);
  const gradient1 = v128.load(dy, 16);
  number = i32x4.splat(0);
  for (let i = 0; i < rows; i++) {
    let at = dx + <usize>(i * width) * pixel;
    for (let j = 0; j < columns; j++) {
      const share0 = v128.and(gradient0, i32x4.eq(winner0, number));
      const share1 = v128.and(gradient1, i32x4.eq(winner1, number));
      v128.store(at, f32x4.add(v128.load(at), share0));
      v128.store(at, f32x4.add(v128.load(at, 16), share1), 16);
      number = i32x4.add(number, one);
      at += pixel;
    }
  }
}

/** The same of at most four channels. */
function passOnLanes(
  x: usize,
  dx: usize,
  dy: usize,
  rows: i32,
  columns: i32,
  width: i32,
  pixel: usize,
  lanes: i32,
): void {
  let largest = f32x4.splat(-Infinity);
  let winner = i32x4.splat(-1);
  const one = i32x4.splat(1);
  let number = i32x4.splat(0);
  for (let i = 0; i < rows; i++) {
    let at = x + <usize>(i * width) * pixel;
    for (let j = 0; j < columns; j++) {
      const value = loadLanes(at, lanes);
      winner = v128.bitselect(number, winner, f32x4.gt(value, largest));
      largest = f32x4.pmax(largest, value);
      number = i32x4.add(number, one);
      at += pixel;
    }
  }
  const gradient = loadLanes(dy, lanes);
  number = i32x4.splat(0);
  for (let i = 0; i < rows; i++) {
    let at = dx + <usize>(i * width) * pixel;
    for (let j = 0; j < columns; j++) {
      const share = v128.and(gradient, i32x4.eq(winner, number));
      storeLanes(at, f32x4.add(loadLanes(at, lanes), share), lanes);
      number = i32x4.add(number, one);
      at += pixel;
    }
  }
}
