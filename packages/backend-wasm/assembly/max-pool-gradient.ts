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
        for (let c = 0; c < count; c += 4) {
          const at = <usize>c * FLOAT;
          const lanes = count - c;
          const winner = findWinner(x + corner + at, rows, columns, width, pixel, lanes);
          addToWinner(
            dx + corner + at,
            rows,
            columns,
            width,
            pixel,
            winner,
            loadLanes(from + at, lanes),
            lanes,
          );
        }
        from += pixel;
      }
    }
  }
}

/** For each of four channels the number in the window of the first largest value; -1 if there is none. */
function findWinner(from: usize, rows: i32, columns: i32, width: i32, pixel: usize, lanes: i32): v128 {
  let largest = f32x4.splat(-Infinity);
  let winner = i32x4.splat(-1);
  let number = i32x4.splat(0);
  const one = i32x4.splat(1);
  for (let i = 0; i < rows; i++) {
    let at = from + <usize>(i * width) * pixel;
    for (let j = 0; j < columns; j++) {
      const value = loadLanes(at, lanes);
      const larger = f32x4.gt(value, largest);
      largest = v128.bitselect(value, largest, larger);
      winner = v128.bitselect(number, winner, larger);
      number = i32x4.add(number, one);
      at += pixel;
    }
  }
  return winner;
}

function addToWinner(
  to: usize,
  rows: i32,
  columns: i32,
  width: i32,
  pixel: usize,
  winner: v128,
  gradient: v128,
  lanes: i32,
): void {
  let number = i32x4.splat(0);
  const one = i32x4.splat(1);
  for (let i = 0; i < rows; i++) {
    let at = to + <usize>(i * width) * pixel;
    for (let j = 0; j < columns; j++) {
      const share = v128.and(gradient, i32x4.eq(winner, number));
      storeLanes(at, f32x4.add(loadLanes(at, lanes), share), lanes);
      number = i32x4.add(number, one);
      at += pixel;
    }
  }
}
