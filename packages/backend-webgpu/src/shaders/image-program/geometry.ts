/** A crop and flips, of an image of some size. */
export const geometry = /* wgsl */ `
struct Size { height: u32, width: u32 }

struct Box { top: u32, left: u32, height: u32, width: u32 }

fn flippedHorizontally(size: Size, i: u32) -> vec3f {
  let x = i % size.width;
  return pixelAt(i - x + (size.width - 1u - x));
}

fn flippedVertically(size: Size, i: u32) -> vec3f {
  let y = i / size.width;
  return pixelAt((size.height - 1u - y) * size.width + i % size.width);
}
`;
