/** Transposes 4×4 words: one vector from each of four rows to four rows `stride` bytes apart. */
export function transposeFour(
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  to: usize,
  stride: usize,
): void {
  const v0 = v128.load(row0);
  const v1 = v128.load(row1);
  const v2 = v128.load(row2);
  const v3 = v128.load(row3);
  const low01 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
  v128.store(to + stride, v128.shuffle<f64>(low01, low23, 1, 3));
  v128.store(to + 2 * stride, v128.shuffle<f64>(high01, high23, 0, 2));
  v128.store(to + 3 * stride, v128.shuffle<f64>(high01, high23, 1, 3));
}
