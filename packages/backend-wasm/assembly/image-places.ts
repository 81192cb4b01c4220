import { number } from "./image-values";

/*
 * Places in the old image, in float64 as the reference computes them: for each four pixels of a row their columns, then their rows.
 * Loops end with their condition: V8 then keeps out of them what does not change.
 */

/** Bytes of four places. */
export const PLACES: usize = 64;

/** What lies further away is as good as here. */
const FARTHEST: f64 = 65536;

export function placesOfRow(step: usize, y: i32, width: i32, to: usize): void {
  const columnsByX = f64x2.splat(number(step, 1));
  const rowsByX = f64x2.splat(number(step, 4));
  const firstColumn = f64x2.splat(number(step, 2) * <f64>y + number(step, 3));
  const firstRow = f64x2.splat(number(step, 5) * <f64>y + number(step, 6));
  const end = to + ((<usize>width + 3) >> 2) * PLACES;
  let x = f64x2.replace_lane(f64x2.splat(0), 1, 1);
  if (number(step, 7) == 0 && number(step, 8) == 0) {
    do {
      v128.store(to, within(f64x2.add(f64x2.mul(columnsByX, x), firstColumn)));
      v128.store(to, within(f64x2.add(f64x2.mul(rowsByX, x), firstRow)), 32);
      x = f64x2.add(x, f64x2.splat(2));
      v128.store(to, within(f64x2.add(f64x2.mul(columnsByX, x), firstColumn)), 16);
      v128.store(to, within(f64x2.add(f64x2.mul(rowsByX, x), firstRow)), 48);
      x = f64x2.add(x, f64x2.splat(2));
      to += PLACES;
    } while (to < end);
    return;
  }
  const divisorsByX = f64x2.splat(number(step, 7));
  const firstDivisor = f64x2.splat(number(step, 8) * <f64>y + 1);
  do {
    let inverse = inverted(f64x2.add(f64x2.mul(divisorsByX, x), firstDivisor));
    v128.store(to, within(f64x2.mul(f64x2.add(f64x2.mul(columnsByX, x), firstColumn), inverse)));
    v128.store(to, within(f64x2.mul(f64x2.add(f64x2.mul(rowsByX, x), firstRow), inverse)), 32);
    x = f64x2.add(x, f64x2.splat(2));
    inverse = inverted(f64x2.add(f64x2.mul(divisorsByX, x), firstDivisor));
    v128.store(to, within(f64x2.mul(f64x2.add(f64x2.mul(columnsByX, x), firstColumn), inverse)), 16);
    v128.store(to, within(f64x2.mul(f64x2.add(f64x2.mul(rowsByX, x), firstRow), inverse)), 48);
    x = f64x2.add(x, f64x2.splat(2));
    to += PLACES;
  } while (to < end);
}

/** No number on the horizon. */
function inverted(divisor: v128): v128 {
  const horizon = f64x2.lt(f64x2.abs(divisor), f64x2.splat(1e-6));
  return v128.or(f64x2.div(f64x2.splat(1), divisor), horizon);
}

/** What is not a number is as far away as can be. */
export function within(place: v128): v128 {
  return f64x2.pmin(f64x2.splat(FARTHEST), f64x2.pmax(f64x2.splat(-FARTHEST), place));
}
