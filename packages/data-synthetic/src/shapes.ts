/** Signed distance to a shape of about radius 1 around the origin: negative inside. */
export type Shape = (x: number, y: number) => number;

/** The classes, in order: a dataset of n classes has the first n. */
export const shapes: Readonly<Record<string, Shape>> = {
  disc: (x, y) => length(x, y) - 0.85,
  ring: (x, y) => Math.abs(length(x, y) - 0.72) - 0.2,
  square: (x, y) => box(x, y, 0.74, 0.74),
  triangle: polygon([0, -1], [0.92, 0.68], [-0.92, 0.68]),
  cross: (x, y) => Math.min(box(x, y, 0.95, 0.29), box(x, y, 0.29, 0.95)),
  star: polygon(
    ...([
      [0, -1.05],
      [0.25, -0.34],
      [1, -0.32],
      [0.4, 0.13],
      [0.62, 0.85],
      [0, 0.42],
      [-0.62, 0.85],
      [-0.4, 0.13],
      [-1, -0.32],
      [-0.25, -0.34],
    ] as const),
  ),
  crescent: (x, y) => Math.max(length(x, y) - 0.95, 0.78 - length(x - 0.48, y)),
  stripes: (x, y) => box(x, Math.abs(Math.abs(y) - 0.32) - 0.32, 0.85, 0.155),
  arrow: polygon([0, -1], [0.8, -0.1], [0.28, -0.1], [0.28, 0.9], [-0.28, 0.9], [-0.28, -0.1], [-0.8, -0.1]),
  heart: (x, y) =>
    Math.min(
      length(Math.abs(x) - 0.43, y + 0.3) - 0.5,
      // A square on its tip: the sides meet the two discs.
      Math.max((Math.abs(x) + Math.abs(y - 0.12)) / Math.SQRT2 - 0.58, -0.35 - y),
    ),
};

/** `Math.hypot` is slow, and not the same to the last bit on every engine. */
function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

function box(x: number, y: number, halfWidth: number, halfHeight: number): number {
  const right = Math.abs(x) - halfWidth;
  const below = Math.abs(y) - halfHeight;
  if (right > 0 && below > 0) return length(right, below);
  return Math.max(right, below);
}

/** A closed polygon; corners in either direction. */
function polygon(...corners: readonly (readonly [number, number])[]): Shape {
  return (x, y) => {
    let nearest = Infinity;
    let inside = false;
    let [fromX, fromY] = corners[corners.length - 1];
    for (const [toX, toY] of corners) {
      const edgeX = toX - fromX;
      const edgeY = toY - fromY;
      const along = ((x - fromX) * edgeX + (y - fromY) * edgeY) / (edgeX * edgeX + edgeY * edgeY);
      const clamped = Math.min(1, Math.max(0, along));
      const awayX = x - fromX - clamped * edgeX;
      const awayY = y - fromY - clamped * edgeY;
      nearest = Math.min(nearest, awayX * awayX + awayY * awayY);
      // Even-odd rule: a ray to the right crosses the outline an odd number of times from inside.
      if (toY > y !== fromY > y && x < fromX + ((y - fromY) / edgeY) * edgeX) inside = !inside;
      [fromX, fromY] = [toX, toY];
    }
    return (inside ? -1 : 1) * Math.sqrt(nearest);
  };
}
