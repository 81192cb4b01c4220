/** How work on the rows of `[rows, columns]`, all axes but the last taken together, is cut into tasks. */
export function rowsOf({ shape }: { readonly shape: readonly number[] }, valuesPerTask = 2 ** 14) {
  const columns = shape[shape.length - 1];
  const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const rowsPerTask = Math.max(1, Math.floor(valuesPerTask / Math.max(1, columns)));
  return { rows, columns, rowsPerTask, tasks: columns === 0 ? 0 : Math.ceil(rows / rowsPerTask) };
}
