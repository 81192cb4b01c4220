/** A Gaussian blur along rows and then along columns, reflected at the border without repeating the edge. */
export const blur = /* wgsl */ `
/** What lies beyond 6 sigma weighs less than float32 resolves. */
fn radiusOf(kernelSize: f32, sigma: f32) -> i32 {
  return i32(min((kernelSize - 1.0) / 2.0, ceil(6.0 * sigma)));
}

/** Pixel \`i\` blurred along a row, or along a column. */
fn blurred(size: Size, alongColumn: bool, radius: i32, sigma: f32, i: u32) -> vec3f {
  let x = i32(i % size.width);
  let y = i32(i / size.width);
  let place = select(x, y, alongColumn);
  let length = i32(select(size.width, size.height, alongColumn));
  let apart = i32(select(1u, size.width, alongColumn));
  let start = i32(i) - place * apart;
  var sum = pixelAt(i);
  var total = 1.0;
  for (var k = 1; k <= radius; k++) {
    // Beyond 20 sigma the exponential is 0, and a square that overflows is none.
    let distance = min(f32(k) / sigma, 20.0);
    let weight = exp(-0.5 * distance * distance);
    let before = pixelAt(u32(start + reflected(place - k, length) * apart));
    let behind = pixelAt(u32(start + reflected(place + k, length) * apart));
    sum += weight * (before + behind);
    total += 2.0 * weight;
  }
  return sum / total;
}

/** The pixel that stands in for one less than a side's length outside. */
fn reflected(i: i32, length: i32) -> i32 {
  return select(abs(i), 2 * (length - 1) - i, i >= length);
}
`;
