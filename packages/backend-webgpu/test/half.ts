/** The nearest binary16 of a number, ties to even. */
export function asHalf(value: number): number {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size >= 65520)
    return Number.isNaN(value) ? value : Math.sign(value) * Infinity;
  const step = 2 ** (Math.max(Math.floor(Math.log2(size || 1e-30)), -14) - 10);
  const down = Math.floor(size / step);
  const rest = size / step - down;
  const steps = rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
  return (Object.is(value, -0) || value < 0 ? -1 : 1) * steps * step;
}
