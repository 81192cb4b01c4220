import { FLOAT } from "./simd";

export function flipHorizontal(plane: usize, height: i32, width: i32): void {
  const bytes = <usize>width * FLOAT;
  for (let y = 0; y < height; y++) {
    let left = plane + <usize>y * bytes;
    let right = left + bytes - FLOAT;
    for (; left < right; left += FLOAT) {
      swap(left, right);
      right -= FLOAT;
    }
  }
}

export function flipVertical(plane: usize, height: i32, width: i32): void {
  const bytes = <usize>width * FLOAT;
  let bottom = plane + <usize>(height - 1) * bytes;
  for (let top = plane; top < bottom; top += bytes) {
    for (let x: usize = 0; x < bytes; x += FLOAT) swap(top + x, bottom + x);
    bottom -= bytes;
  }
}

function swap(a: usize, b: usize): void {
  const value = load<f32>(a);
  store<f32>(a, load<f32>(b));
  store<f32>(b, value);
}
