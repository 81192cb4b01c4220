/** An image whose pixels come from the places that a step maps them to. */
export const warp = /* wgsl */ `
fn warped(step: u32, before: Size, after: Size, i: u32) -> vec3f {
  let x = f32(i % after.width);
  let y = f32(i / after.width);
  let divisor = valueAt(step, 6u) * x + valueAt(step, 7u) * y + 1.0;
  let dividend = vec2f(
    valueAt(step, 0u) * x + valueAt(step, 1u) * y + valueAt(step, 2u),
    valueAt(step, 3u) * x + valueAt(step, 4u) * y + valueAt(step, 5u),
  );
  // What lies further away is as good as here.
  var place = vec2f(-65536.0);
  if (abs(divisor) >= 1e-6) { place = clamp(dividend / divisor, vec2f(-65536.0), vec2f(65536.0)); }
  let border = u32(valueAt(step, 11u));
  let fill = valueAt(step, 12u);
  if (u32(valueAt(step, 10u)) == nearest) {
    // So that a tie falls the same way whatever the rounding.
    let pixel = vec2i(floor(place + 0.5 + 1e-4));
    let column = inside(pixel.x, i32(before.width), border);
    let row = inside(pixel.y, i32(before.height), border);
    if (row < 0 || column < 0) { return vec3f(fill); }
    return pixelAt(u32(row) * before.width + u32(column));
  }
  return between(place, before, border, fill);
}

/** What lies at a place between four pixels of an image. */
fn between(place: vec2f, size: Size, border: u32, fill: f32) -> vec3f {
  let corner = floor(place);
  let part = place - corner;
  var sum = vec3f();
  var covered = 0.0;
  for (var k = 0; k < 4; k++) {
    let right = k % 2;
    let below = k / 2;
    let column = inside(i32(corner.x) + right, i32(size.width), border);
    let row = inside(i32(corner.y) + below, i32(size.height), border);
    if (row < 0 || column < 0) { continue; }
    let weight = select(1.0 - part.x, part.x, right == 1) * select(1.0 - part.y, part.y, below == 1);
    sum += weight * pixelAt(u32(row) * size.width + u32(column));
    covered += weight;
  }
  // As torchvision does: what is partly outside is darkened, and then blended with the fill.
  return select(sum, covered * (sum - fill) + fill, covered < 1.0);
}

/** The place that stands in for \`i\`, or -1 where the fill does. */
fn inside(i: i32, length: i32, border: u32) -> i32 {
  if (i >= 0 && i < length) { return i; }
  switch (border) {
    case edge: { return clamp(i, 0, length - 1); }
    case reflect: {
      let period = max(2 * (length - 1), 1);
      let place = ((i % period) + period) % period;
      return select(period - place, place, place < length);
    }
    case symmetric: {
      let place = ((i % (2 * length)) + 2 * length) % (2 * length);
      return select(2 * length - 1 - place, place, place < length);
    }
    default: { return -1; }
  }
}
`;
