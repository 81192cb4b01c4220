/** How a filter moves over an image; each pair is of rows and columns. */
export interface Window {
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** TensorFlow's two rules, or pixels before and after. */
  readonly pad:
    | "same"
    | "valid"
    | readonly [rows: readonly [number, number], columns: readonly [number, number]];
}

type Shape = readonly number[];

/** `[batch, height, width]` of what comes out. */
export function outputShape(
  [batch, ...image]: Shape,
  filter: Shape,
  window: Window,
): [number, number, number] {
  const [height, width] = [0, 1].map((axis) => {
    const [before, after] = padding(axis, image[axis], filter[axis], window);
    const extent = (filter[axis] - 1) * window.dilation[axis] + 1;
    return Math.floor((image[axis] + before + after - extent) / window.stride[axis]) + 1;
  });
  return [batch, height, width];
}

/** Calls `visit` with the numbers of an input pixel, the tap over it and the output pixel, for all that meet. */
export function forEachWindow(
  x: Shape,
  filter: Shape,
  window: Window,
  visit: (pixel: number, tap: number, to: number) => void,
): void {
  const [batch, height, width] = x;
  const [, outHeight, outWidth] = outputShape(x, filter, window);
  const [[top], [left]] = [padding(0, height, filter[0], window), padding(1, width, filter[1], window)];
  for (let n = 0; n < batch; n++) {
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++) {
        for (let i = 0; i < filter[0]; i++) {
          for (let j = 0; j < filter[1]; j++) {
            const y = row * window.stride[0] - top + i * window.dilation[0];
            const z = column * window.stride[1] - left + j * window.dilation[1];
            if (y < 0 || y >= height || z < 0 || z >= width) continue;
            visit((n * height + y) * width + z, i * filter[1] + j, (n * outHeight + row) * outWidth + column);
          }
        }
      }
    }
  }
}

function padding(
  axis: number,
  size: number,
  filter: number,
  { stride, dilation, pad }: Window,
): readonly [number, number] {
  if (pad === "valid") return [0, 0];
  if (pad !== "same") return pad[axis];
  const extent = (filter - 1) * dilation[axis] + 1;
  const total = Math.max(0, (Math.ceil(size / stride[axis]) - 1) * stride[axis] + extent - size);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}
