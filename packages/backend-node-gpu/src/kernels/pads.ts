import * as tf from "@tensorflow/tfjs-core";

/** Pixels around an image. */
export interface Pads {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** An image with pixels of a value around it; the image itself where there are none. */
export function padded(image: tf.Tensor, { top, bottom, left, right }: Pads, value = 0): tf.Tensor4D {
  const x = image as tf.Tensor4D;
  if (top + bottom + left + right === 0) return x;
  const around: [[0, 0], [number, number], [number, number], [0, 0]] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return tf.pad(x, around, value);
}

/** The shape of an image with pixels around it. */
export function paddedShape(
  [batch, height, width, channels]: readonly number[],
  { top, bottom, left, right }: Pads,
): [number, number, number, number] {
  return [batch, height + top + bottom, width + left + right, channels];
}

/** What lies inside the pixels around. */
export function inside(image: tf.Tensor, shape: readonly number[], { top, left }: Pads): tf.Tensor4D {
  const [, height, width] = shape;
  return tf.slice4d(image as tf.Tensor4D, [0, top, left, 0], [-1, height, width, -1]);
}
