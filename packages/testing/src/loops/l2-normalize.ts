export function inLoops(x: Float32Array, dy: Float32Array, dim: number) {
  const y = new Float64Array(x.length);
  const dx = new Float64Array(x.length);
  for (let first = 0; first < x.length; first += dim) {
    let [square, along] = [0, 0];
    for (let i = first; i < first + dim; i++) square += x[i] ** 2;
    const length = Math.sqrt(square);
    for (let i = first; i < first + dim; i++) {
      y[i] = x[i] / length;
      along += y[i] * dy[i];
    }
    for (let i = first; i < first + dim; i++) dx[i] = (dy[i] - y[i] * along) / length;
  }
  return { y, dx };
}
