/** Pixels of the bytes that were sent, of which four are in a word. */
export const bytes = /* wgsl */ `
fn byteAt(i: u32) -> f32 {
  return f32(extractBits(bytes[i / 4u], 8u * (i % 4u), 8u)) / 255.0;
}

/** A pixel of an image that starts at a byte. */
fn sourcePixel(start: u32, i: u32) -> vec3f {
  if (sizes.channels == 1u) { return vec3f(byteAt(start + i)); }
  let at = start + 3u * i;
  return vec3f(byteAt(at), byteAt(at + 1u), byteAt(at + 2u));
}
`;

/**
 * Which old pixels a new one is made of along one side, and how much of each: the antialiased bilinear filter of Pillow and
 * torchvision, a triangle as wide as a new pixel and never narrower than an old one.
 *
 * In units of half an old pixel divided by the number of new ones all of it is whole numbers, and so exact.
 */
export const taps = /* wgsl */ `
struct Taps {
  /** The old pixels from \`first\` to before \`end\`. */
  first: i32,
  end: i32,
  center: i32,
  reach: i32,
  to: i32,
}

fn tapsOf(index: u32, oldCount: u32, newCount: u32) -> Taps {
  let old = i32(oldCount);
  let to = i32(newCount);
  let center = old * (2 * i32(index) + 1);
  let reach = 2 * max(old, to);
  let first = max(0, center - reach + to) / (2 * to);
  let end = min(old, (center + reach + to - 1) / (2 * to));
  return Taps(first, end, center, reach, to);
}

fn weightOf(taps: Taps, old: i32) -> f32 {
  return f32(max(0, taps.reach - abs(taps.center - (2 * old + 1) * taps.to)));
}
`;

/** The longest side of an image with which the whole numbers of \`taps\` stay below 2³¹. */
export const LONGEST_SIDE = 16_384;

/** A function `NAME(start, width, box, size, i)`: pixel `i` of a box that is resized, where `pixel` is one of the old image. */
export function resample(name: string, pixel: (i: string) => string): string {
  return /* wgsl */ `
fn ${name}(start: u32, width: u32, box: Box, size: Size, i: u32) -> vec3f {
  let rows = tapsOf(i / size.width, box.height, size.height);
  let columns = tapsOf(i % size.width, box.width, size.width);
  var sum = vec3f();
  var total = 0.0;
  for (var y = rows.first; y < rows.end; y++) {
    let rowStart = (box.top + u32(y)) * width + box.left;
    let rowWeight = weightOf(rows, y);
    // Row by row: a sum of very many numbers at once would round too much.
    var rowSum = vec3f();
    var rowTotal = 0.0;
    for (var x = columns.first; x < columns.end; x++) {
      let weight = weightOf(columns, x);
      rowSum += weight * ${pixel("rowStart + u32(x)")};
      rowTotal += weight;
    }
    sum += rowWeight * rowSum;
    total += rowWeight * rowTotal;
  }
  return sum / total;
}
`;
}
