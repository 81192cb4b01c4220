/** A box in one colour, or of noise. */
export const erase = /* wgsl */ `
fn painted(step: u32, size: Size, noisy: bool, i: u32) -> vec3f {
  let box = boxAt(step);
  let x = i % size.width;
  let y = i / size.width;
  // What lies before the box wraps around, and so behind it.
  if (x - box.left >= box.width || y - box.top >= box.height) { return pixelAt(i); }
  let place = (y - box.top) * box.width + x - box.left;
  let red = select(valueAt(step, 4u), noise(u32(valueAt(step, 4u)), 3u * place), noisy);
  if (sizes.channels == 1u) { return vec3f(red); }
  let green = select(valueAt(step, 5u), noise(u32(valueAt(step, 4u)), 3u * place + 1u), noisy);
  let blue = select(valueAt(step, 6u), noise(u32(valueAt(step, 4u)), 3u * place + 2u), noisy);
  return vec3f(red, green, blue);
}

/** MurmurHash3's last steps, as the reference has them. */
fn noise(seed: u32, i: u32) -> f32 {
  var bits = seed * 0x9e3779b1u + i;
  bits = (bits ^ (bits >> 16u)) * 0x85ebca6bu;
  bits = (bits ^ (bits >> 13u)) * 0xc2b2ae35u;
  bits = bits ^ (bits >> 16u);
  return f32(bits >> 8u) / 16777216.0;
}
`;
