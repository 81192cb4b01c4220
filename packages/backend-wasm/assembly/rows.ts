/** The sum of a vector's lanes. */
export function sumOfLanes(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** The largest lane; NaN if one is. */
export function largestLane(x: v128): f32 {
  const pairs = f32x4.max(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.max(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/** The same vector with `value` in the lanes from `count` on. */
export function fillLanes(x: v128, count: i32, value: f32): v128 {
  if (count >= 4) return x;
  x = f32x4.replace_lane(x, 3, value);
  if (count < 3) x = f32x4.replace_lane(x, 2, value);
  if (count < 2) x = f32x4.replace_lane(x, 1, value);
  return x;
}
