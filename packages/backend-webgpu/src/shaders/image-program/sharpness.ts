/** A blend with a smoothed image; the outermost pixels stay. */
export const sharpness = /* wgsl */ `
fn sharpened(size: Size, factor: f32, i: u32) -> vec3f {
  let x = i % size.width;
  let y = i / size.width;
  let old = pixelAt(i);
  if (x == 0u || y == 0u || x + 1u >= size.width || y + 1u >= size.height) { return old; }
  var sum = 4.0 * old;
  for (var row = 0u; row < 3u; row++) {
    let at = i + row * size.width - size.width;
    sum += pixelAt(at - 1u) + pixelAt(at) + pixelAt(at + 1u);
  }
  return clamp(old + (1.0 - factor) * (sum / 13.0 - old), vec3f(0.0), vec3f(1.0));
}
`;
