import { THREADS } from "./canvas.js";

/** What happens to a pixel's colour. */
export const colour = /* wgsl */ `
/** ITU-R 601, with the digits that torchvision uses; a grey pixel is its own. */
fn luminance(pixel: vec3f) -> f32 {
  if (sizes.channels == 1u) { return pixel.r; }
  return 0.2989 * pixel.r + 0.587 * pixel.g + 0.114 * pixel.b;
}

fn blended(pixel: vec3f, factor: f32, other: f32) -> vec3f {
  return clamp(pixel * factor + (1.0 - factor) * other, vec3f(0.0), vec3f(1.0));
}

fn turned(pixel: vec3f, shift: f32) -> vec3f {
  let most = max(pixel.r, max(pixel.g, pixel.b));
  let least = min(pixel.r, min(pixel.g, pixel.b));
  let range = most - least;
  // A grey pixel has no hue.
  if (range == 0.0) { return pixel; }
  // In sixths of a turn: red is at 0, green at 2, blue at 4.
  var turn = shift * 6.0;
  if (most == pixel.r) { turn += (pixel.g - pixel.b) / range; }
  else if (most == pixel.g) { turn += 2.0 + (pixel.b - pixel.r) / range; }
  else { turn += 4.0 + (pixel.r - pixel.g) / range; }
  let back = vec3f(turn, turn + 4.0, turn + 2.0);
  // What each channel gets, by how many sixths its own hue lies back: all within 1, nothing from 2 to 4.
  let share = clamp(abs(back - 6.0 * floor(back / 6.0) - 3.0) - 1.0, vec3f(0.0), vec3f(1.0));
  return least + range * share;
}

var<workgroup> sums: array<f32, ${THREADS}>;

/** The mean over the image, for all threads; always added up in the same order. */
fn meanLuminance(count: u32, thread: u32) -> f32 {
  var sum = 0.0;
  for (var i = thread; i < count; i += ${THREADS}u) { sum += luminance(pixelAt(i)); }
  sums[thread] = sum;
  for (var half = ${THREADS / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { sums[thread] += sums[thread + half]; }
  }
  workgroupBarrier();
  let total = sums[0];
  workgroupBarrier();
  return total / f32(count);
}
`;
