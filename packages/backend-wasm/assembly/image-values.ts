/** A number in float64, `value` places on from an address. */
export function number(at: usize, value: usize): f64 {
  return load<f64>(at + (value << 3));
}

export function integer(at: usize, value: usize): i32 {
  return <i32>number(at, value);
}
