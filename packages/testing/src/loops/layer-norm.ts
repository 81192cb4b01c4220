export const epsilon = 1e-3;

export function inLoops(x: Float32Array, scale: Float32Array, offset: Float32Array, dy: Float32Array) {
  const n = scale.length;
  const [y, dx] = [new Float64Array(x.length), new Float64Array(x.length)];
  const [dScale, dOffset] = [new Float64Array(n), new Float64Array(n)];
  for (let from = 0; from < x.length; from += n) {
    const row = Array.from(x.subarray(from, from + n));
    const mean = row.reduce((sum, value) => sum + value, 0) / n;
    const deviation = Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n + epsilon);
    const normal = row.map((value) => (value - mean) / deviation);
    const g = normal.map((_, i) => dy[from + i] * scale[i]);
    const meanG = g.reduce((sum, value) => sum + value, 0) / n;
    const along = g.reduce((sum, value, i) => sum + value * normal[i], 0) / n;
    for (let i = 0; i < n; i++) {
      y[from + i] = normal[i] * scale[i] + offset[i];
      dx[from + i] = (g[i] - meanG - normal[i] * along) / deviation;
      dScale[i] += dy[from + i] * normal[i];
      dOffset[i] += dy[from + i];
    }
  }
  return { y, dx, dScale, dOffset };
}
