import { CONSTANT } from "./image-border";
import * as canvas from "./image-canvas";
import { HALF, NEAREST } from "./image-nearest";
import { integer, number } from "./image-values";

/** Whether a warp takes rows as they are, each from somewhere else, with nothing around them. */
export function isMove(step: usize): bool {
  const straight = number(step, 1) == 1 && number(step, 4) == 0;
  const divided = number(step, 7) != 0 || number(step, 8) != 0;
  return straight && !divided && integer(step, 11) == NEAREST && integer(step, 12) == CONSTANT;
}

/** Copies a row of such a warp, unless pixels may lie so near to a tie, or so far away, that not all move alike; says whether. */
export function moveRow(step: usize, y: i32, width: i32, fill: f32): bool {
  const column = number(step, 2) * <f64>y + number(step, 3) + HALF;
  const row = number(step, 5) * <f64>y + number(step, 6) + HALF;
  const part = column - floor(column);
  const near = abs(column) < 32768 && abs(row) < 32768 && width < 32768;
  if (!near || part < 1e-6 || part > 1 - 1e-6) return false;
  const by = <i32>floor(column);
  const from = <i32>floor(row);
  const start = min(max(-by, 0), width);
  const end = <u32>from < <u32>canvas.height ? min(max(canvas.width - by, start), width) : start;
  for (let c = 0; c < canvas.channels; c++) {
    const to = canvas.sparePlaneAt(c) + ((<usize>(y * width)) << 2);
    if (end - start < width) fillRow(to, width, fill);
    if (end > start) {
      const source = canvas.planeAt(c) + ((<usize>(from * canvas.width + by + start)) << 2);
      memory.copy(to + ((<usize>start) << 2), source, (<usize>(end - start)) << 2);
    }
  }
  return true;
}

/** And up to three values past its end. */
function fillRow(to: usize, width: i32, fill: f32): void {
  const end = to + ((<usize>width) << 2);
  do {
    v128.store(to, f32x4.splat(fill));
    to += 16;
  } while (to < end);
}
