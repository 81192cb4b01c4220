import { WEIGHTS } from "./image-resampling";
import { FLOAT } from "./simd";

/*
 * A row's new pixels, blended of its old ones by a table of entries of `size` bytes. If `two`, no entry has more than two weights.
 */

/** Of RGB to planes, `plane` bytes apart; up to three values past the row's end are written. */
export function spreadColours(
  row: usize,
  table: usize,
  size: usize,
  two: bool,
  width: i32,
  to: usize,
  plane: usize,
): void {
  let entry = table;
  for (let x = 0; x < width; x += 4) {
    let p0: v128, p1: v128, p2: v128, p3: v128;
    if (two) {
      p0 = twoColours(row, entry);
      p1 = twoColours(row, (entry += size));
      p2 = twoColours(row, (entry += size));
      p3 = twoColours(row, (entry += size));
    } else {
      p0 = colours(row, entry);
      p1 = colours(row, (entry += size));
      p2 = colours(row, (entry += size));
      p3 = colours(row, (entry += size));
    }
    entry += size;
    const redGreen = v128.shuffle<f32>(p0, p1, 0, 4, 1, 5);
    const redGreen2 = v128.shuffle<f32>(p2, p3, 0, 4, 1, 5);
    const blue = v128.shuffle<f32>(p0, p1, 2, 6, 2, 6);
    const blue2 = v128.shuffle<f32>(p2, p3, 2, 6, 2, 6);
    v128.store(to, v128.shuffle<f32>(redGreen, redGreen2, 0, 1, 4, 5));
    v128.store(to + plane, v128.shuffle<f32>(redGreen, redGreen2, 2, 3, 6, 7));
    v128.store(to + 2 * plane, v128.shuffle<f32>(blue, blue2, 0, 1, 4, 5));
    to += 16;
  }
}

/** Of one plane to another. */
export function spreadPlane(row: usize, table: usize, size: usize, width: i32, to: usize): void {
  let entry = table;
  for (let x = 0; x < width; x++) {
    let source = row + <usize>load<u32>(entry);
    let weight = entry + WEIGHTS;
    const end = weight + <usize>load<i32>(entry + 4) * FLOAT;
    let sum: f32 = 0;
    for (; weight < end; weight += FLOAT) {
      sum += load<f32>(weight) * load<f32>(source);
      source += FLOAT;
    }
    store<f32>(to, sum);
    entry += size;
    to += FLOAT;
  }
}

function twoColours(row: usize, entry: usize): v128 {
  const source = row + <usize>load<u32>(entry);
  return f32x4.add(
    f32x4.mul(v128.load(source), v128.load32_splat(entry, WEIGHTS)),
    f32x4.mul(v128.load(source, 12), v128.load32_splat(entry, WEIGHTS + FLOAT)),
  );
}

function colours(row: usize, entry: usize): v128 {
  let source = row + <usize>load<u32>(entry);
  let weight = entry + WEIGHTS;
  const end = weight + <usize>load<i32>(entry + 4) * FLOAT;
  let sum = f32x4.splat(0);
  for (; weight < end; weight += FLOAT) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(source), v128.load32_splat(weight)));
    source += 12;
  }
  return sum;
}
