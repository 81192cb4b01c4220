/** A number as one would write it: three or four digits that matter, thousands grouped. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 1000) return grouped.format(value);
  if (size >= 100) return value.toFixed(1);
  if (size >= 1) return value.toFixed(2);
  if (size >= 1e-3) return String(Number(value.toPrecision(3)));
  return value.toExponential(1).replace("-", "−").replace("e−", "e-");
}

/** A share in 0..1 as a percentage. */
export function formatShare(value: number): string {
  return Number.isFinite(value) ? `${(value * 100).toFixed(1)} %` : "–";
}

/** With its unit, where `"%"` stands for a share. */
export function formatValue(value: number, unit?: string): string {
  if (unit === "%") return formatShare(value);
  return unit === undefined ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

/** A tick of an axis, as short as it is exact: they are round numbers, off by rounding errors. */
export function tick(value: number): string {
  return Math.abs(value) >= 1000 ? formatNumber(value) : String(Number(value.toPrecision(6)));
}

// The page is in English; a fixed locale keeps it the same wherever it is made.
const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
