/** What a shell makes of braces: `a-{000..099}.tar` and `{train,extra}/a.tar`, in order. */
export function expandBraces(pattern: string): string[] {
  const braces = /\{([^{}]*)\}/.exec(pattern);
  if (braces === null) return [pattern];
  const [whole, inside] = braces;
  const before = pattern.slice(0, braces.index);
  const after = pattern.slice(braces.index + whole.length);
  return alternatives(inside).flatMap((choice) => expandBraces(before + choice + after));
}

function alternatives(inside: string): string[] {
  const range = /^(\d+)\.\.(\d+)$/.exec(inside);
  if (range === null) return inside.split(",");
  const [first, last] = [Number(range[1]), Number(range[2])];
  const isPadded = [range[1], range[2]].some((number) => number.length > 1 && number.startsWith("0"));
  const width = isPadded ? Math.max(range[1].length, range[2].length) : 0;
  const step = first <= last ? 1 : -1;
  return Array.from({ length: Math.abs(last - first) + 1 }, (_, i) =>
    String(first + i * step).padStart(width, "0"),
  );
}
