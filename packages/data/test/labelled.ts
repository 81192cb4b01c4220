/** A dataset with so many samples of each class, class by class. */
export function datasetOf(sizes: readonly number[]) {
  const labels = Int32Array.from(sizes.flatMap((size, label) => Array<number>(size).fill(label)));
  return { size: labels.length, labels, classes: sizes.map((_, label) => `class ${label}`) };
}

export function* runsOf(indices: Uint32Array, length: number): Generator<Uint32Array> {
  for (let start = 0; start < indices.length; start += length) yield indices.subarray(start, start + length);
}

export function countBy(indices: Iterable<number>, key: (index: number) => number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const index of indices) counts.set(key(index), (counts.get(key(index)) ?? 0) + 1);
  return counts;
}
