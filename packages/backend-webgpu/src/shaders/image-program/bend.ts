/** An image that is bent as a thin plate through four points; the formula is that of `bendOf` of @contrastive/ops. */
export const bend = /* wgsl */ `
fn bent(step: u32, size: Size, i: u32) -> vec3f {
  let width = f32(size.width);
  let height = f32(size.height);
  let pixel = vec2f(f32(i % size.width), f32(i / size.width));
  let place = clamp(pixel - movedAt(step, width, height, pixel), vec2f(-65536.0), vec2f(65536.0));
  return between(place, size, edge, 0.0);
}

fn movedAt(step: u32, width: f32, height: f32, pixel: vec2f) -> vec2f {
  // In thirds of the sides' geometric mean, of which the squares are near 1.
  let unit = sqrt(width * height) / 3.0;
  var points: array<vec2f, 4>;
  var moves: array<vec2f, 4>;
  for (var k = 0u; k < 4u; k++) {
    let rest = vec2f(f32(1u + k % 2u) * width, f32(1u + k / 2u) * height) / 3.0;
    let point = vec2f(valueAt(step, 2u * k), valueAt(step, 2u * k + 1u));
    points[k] = point / unit;
    moves[k] = point - rest;
  }
  var n = array<f32, 4>(
    -twiceArea(points[1], points[2], points[3]),
    twiceArea(points[0], points[2], points[3]),
    -twiceArea(points[0], points[1], points[3]),
    twiceArea(points[0], points[1], points[2]),
  );
  var energy = 0.0;
  var alpha = vec2f();
  var left = 0u;
  for (var j = 0u; j < 4u; j++) {
    for (var k = 0u; k < j; k++) { energy += 2.0 * n[j] * n[k] * bending(points[j] - points[k]); }
    alpha += n[j] * moves[j];
    if (abs(n[j]) > abs(n[left])) { left = j; }
  }
  // On a line.
  if (abs(n[left]) < 1e-6 || energy == 0.0) { return vec2f(); }
  alpha /= energy;
  // What is linear, through the three points of the largest triangle.
  let i = select(0u, 1u, left == 0u);
  let j = select(1u, 2u, left <= 1u);
  let k = select(2u, 3u, left <= 2u);
  let twice = twiceArea(points[i], points[j], points[k]);
  let at = pixel / unit;
  var moved = linearOf(&points, &moves, &n, alpha, i) * twiceArea(at, points[j], points[k]);
  moved += linearOf(&points, &moves, &n, alpha, j) * twiceArea(points[i], at, points[k]);
  moved += linearOf(&points, &moves, &n, alpha, k) * twiceArea(points[i], points[j], at);
  moved /= twice;
  for (var p = 0u; p < 4u; p++) { moved += alpha * n[p] * bending(at - points[p]); }
  return moved;
}

/** What the linear part has to be at a point, for all to give the point's move. */
fn linearOf(
  points: ptr<function, array<vec2f, 4>>,
  moves: ptr<function, array<vec2f, 4>>,
  n: ptr<function, array<f32, 4>>,
  alpha: vec2f,
  at: u32,
) -> vec2f {
  var rest = (*moves)[at];
  for (var p = 0u; p < 4u; p++) { rest -= alpha * (*n)[p] * bending((*points)[at] - (*points)[p]); }
  return rest;
}

fn bending(apart: vec2f) -> f32 {
  let square = dot(apart, apart);
  return square * log(max(square, 1e-10));
}

fn twiceArea(a: vec2f, b: vec2f, c: vec2f) -> f32 {
  return (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
}
`;
