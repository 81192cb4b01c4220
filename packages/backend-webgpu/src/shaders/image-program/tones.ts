import { THREADS } from "./canvas.js";

/** What happens to each channel's values, some of it by what values the image has. */
export const tones = /* wgsl */ `
/** A value that misses the threshold by rounding alone is inverted. */
fn solarized(pixel: vec3f, threshold: f32) -> vec3f {
  return select(pixel, 1.0 - pixel, pixel >= vec3f(threshold - 1e-6));
}

fn posterized(pixel: vec3f, bits: f32) -> vec3f {
  let levels = f32(1u << u32(bits));
  return min(floor(pixel * levels), vec3f(levels - 1.0)) / levels;
}

/** Of red, then green, then blue: pixels of each level, and then what becomes of the level; or the bits of least and most. */
var<workgroup> levels: array<atomic<u32>, 768>;

fn levelsOf(pixel: vec3f) -> vec3u {
  return min(vec3u(pixel * 255.999), vec3u(255u)) + vec3u(0u, 256u, 512u);
}

fn countLevels(count: u32, thread: u32) {
  for (var level = thread; level < 768u; level += ${THREADS}u) { atomicStore(&levels[level], 0u); }
  workgroupBarrier();
  for (var i = thread; i < count; i += ${THREADS}u) {
    let level = levelsOf(pixelAt(i));
    atomicAdd(&levels[level.r], 1u);
    atomicAdd(&levels[level.g], 1u);
    atomicAdd(&levels[level.b], 1u);
  }
  workgroupBarrier();
  if (thread < 3u) { spreadLevels(256u * thread, count); }
  workgroupBarrier();
}

/** Makes Pillow's table of a channel's counts. */
fn spreadLevels(first: u32, count: u32) {
  var highest = 0u;
  for (var level = 0u; level < 256u; level++) {
    let pixels = atomicLoad(&levels[first + level]);
    highest = select(highest, pixels, pixels > 0u);
  }
  let each = (count - highest) / 255u;
  var below = 0u;
  for (var level = 0u; level < 256u; level++) {
    let pixels = atomicLoad(&levels[first + level]);
    let spread = min(255u, (below + each / 2u) / max(each, 1u));
    atomicStore(&levels[first + level], select(spread, level, each == 0u));
    below += pixels;
  }
}

fn equalized(pixel: vec3f) -> vec3f {
  let level = levelsOf(pixel);
  return vec3f(
    f32(atomicLoad(&levels[level.r])),
    f32(atomicLoad(&levels[level.g])),
    f32(atomicLoad(&levels[level.b])),
  ) / 255.0;
}

/** The bits of positive floats are in the order of the floats. */
fn measureRange(count: u32, thread: u32) {
  if (thread < 3u) {
    atomicStore(&levels[thread], bitcast<u32>(1.0));
    atomicStore(&levels[3u + thread], 0u);
  }
  workgroupBarrier();
  for (var i = thread; i < count; i += ${THREADS}u) {
    let bits = bitcast<vec3u>(abs(pixelAt(i)));
    for (var c = 0u; c < 3u; c++) {
      atomicMin(&levels[c], bits[c]);
      atomicMax(&levels[3u + c], bits[c]);
    }
  }
  workgroupBarrier();
}

fn stretched(pixel: vec3f) -> vec3f {
  let least = bitcast<vec3f>(vec3u(atomicLoad(&levels[0]), atomicLoad(&levels[1]), atomicLoad(&levels[2])));
  let most = bitcast<vec3f>(vec3u(atomicLoad(&levels[3]), atomicLoad(&levels[4]), atomicLoad(&levels[5])));
  let range = most - least;
  // A range of rounding errors is none.
  let flat = range < vec3f(1e-4);
  return select((pixel - least) / select(range, vec3f(1.0), flat), pixel, flat);
}
`;
