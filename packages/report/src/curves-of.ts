import type { Curve } from "./input.js";

/**
 * One curve for each number in a run's `metrics.jsonl`, over its steps; those that count the run itself are left out.
 *
 * Metrics whose name ends in `accuracy` are shares.
 */
export function curvesOf(rows: readonly Readonly<Record<string, number | undefined>>[]): Curve[] {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  for (const counter of ["step", "epoch", "seconds"]) names.delete(counter);
  return [...names].map((name) => ({
    ...title(name),
    points: rows.flatMap(({ step, [name]: value }) =>
      step === undefined || value === undefined ? [] : [[step, value] as const],
    ),
  }));
}

/** `online-probe.accuracy` becomes `Online probe accuracy`, and `learningRate` `Learning rate`. */
function title(metric: string): Pick<Curve, "name" | "unit"> {
  if (metric === "imagesPerSecond") return { name: "Throughput", unit: "img/s" };
  const words = metric
    .replace(/[.\-_]+/g, " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  const name = words.charAt(0).toUpperCase() + words.slice(1);
  return words.endsWith("accuracy") ? { name, unit: "%" } : { name };
}
