import { ContrastiveError } from "@contrastive/core";
import { type ChartSize, drawChart, theme } from "./chart.js";
import { type Html, html, toText } from "./html.js";
import type { Curve } from "./input.js";
import { mark } from "./marks.js";
import { formatNumber, formatValue, tick } from "./number.js";

/**
 * A curve's chart alone, as SVG to put into a page, for one that shows a run while it goes on.
 *
 * Its colours are the page's custom properties `--accent`, `--muted` and `--line`, its font the one around it. Throws a
 * `ContrastiveError` for a curve without points.
 */
export function renderCurve(curve: Curve, size?: ChartSize): string {
  return toText(chart(curve, size));
}

function chart(curve: Curve, size?: ChartSize): Html {
  const window = smoothingWindow(curve);
  const series =
    window === 1
      ? [line(curve.points, theme.accent, { width: 2 })]
      : [
          line(curve.points, theme.accent, { width: 1, opacity: 0.3 }),
          line(runningMean(curve.points, window), theme.accent, { width: 2 }),
        ];
  return html`<div role="img" aria-label="${describe(curve)}">${plot([curve], series, size)}</div>`;
}

/** A line of one run's: every point, and a running mean over them where there are many. */
export function drawCurve(curve: Curve): Html {
  const window = smoothingWindow(curve);
  const smooth = runningMean(curve.points, window);
  const last = smooth.findLast(([, y]) => Number.isFinite(y));
  return html`<figure class="chart">
    <figcaption>
      <b>${curve.name}</b>
      <span>${last && `${formatValue(last[1], curve.unit)} at the end`}</span>
    </figcaption>
    ${chart(curve)}
    <p class="note">step${window > 1 ? `; bold: mean over ${window} points` : undefined}</p>
  </figure>`;
}

/** The same curve of several runs, told apart by the marks of their places in `runs`. */
export function drawCurves(runs: readonly (Curve | undefined)[], names: readonly string[]): Html {
  const present = runs.filter((curve) => curve !== undefined);
  const series = runs.flatMap((curve, i) =>
    curve === undefined
      ? []
      : [
          line(runningMean(curve.points, smoothingWindow(curve)), mark(i).color, {
            width: 2,
            type: mark(i).dash,
          }),
        ],
  );
  const window = Math.max(...present.map(smoothingWindow));
  const label = runs.flatMap((curve, i) => (curve ? [`${names[i]}: ${describe(curve)}`] : [])).join("; ");
  return html`<figure class="chart">
    <figcaption><b>${present[0].name}</b></figcaption>
    <div role="img" aria-label="${label}">${plot(present, series)}</div>
    <p class="note">step${window > 1 ? `; means over up to ${window} points` : undefined}</p>
  </figure>`;
}

type Points = Curve["points"];

function plot(
  curves: readonly Curve[],
  series: readonly object[],
  { width = 560, height = 240 }: ChartSize = {},
): Html {
  const xs = curves.flatMap(({ points }) => [points[0][0], points[points.length - 1][0]]);
  const label = { color: theme.muted, fontSize: 12, fontFamily: "inherit" };
  const { unit } = curves[0];
  return drawChart(
    {
      grid: { left: 58, right: 14, top: 12, bottom: 26 },
      xAxis: {
        type: "value",
        min: Math.min(...xs),
        max: Math.max(...xs),
        axisLine: { lineStyle: { color: theme.line } },
        axisTick: { show: false },
        axisLabel: { ...label, hideOverlap: true, formatter: tick },
        splitLine: { show: false },
      },
      yAxis: {
        type: "value",
        // Zoomed to where the values are, but shares and speeds are judged from 0.
        scale: unit === undefined,
        splitNumber: 4,
        axisLabel: { ...label, formatter: unit === "%" ? percent : tick },
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { lineStyle: { color: theme.line } },
      },
      series,
    },
    width,
    height,
  );
}

function percent(value: number): string {
  return `${Math.round(value * 100)} %`;
}

function line(points: Points, color: string, style: object): object {
  return {
    type: "line",
    silent: true,
    showSymbol: points.length === 1,
    symbolSize: 6,
    // A page needs no more points than it has pixels.
    sampling: "lttb",
    lineStyle: { color, ...style },
    itemStyle: { color },
    data: points.map(([x, y]) => [x, Number.isFinite(y) ? y : "-"]),
  };
}

/** 1 for a curve that is smooth already, such as a learning rate, whose corners a mean would round off. */
function smoothingWindow({ name, points }: Curve): number {
  if (points.length === 0) {
    throw new ContrastiveError({ who: "report", what: `the curve "${name}" needs at least one point` });
  }
  if (points.length < 80) return 1;
  const turns = points.filter(
    ([, y], i) => i > 1 && (y - points[i - 1][1]) * (points[i - 1][1] - points[i - 2][1]) < 0,
  );
  return turns.length < points.length / 10 ? 1 : 2 * Math.floor(points.length / 80) + 1;
}

/** Centred, over what there is of the window at the ends and over its finite values. */
function runningMean(points: Points, window: number): Points {
  const reach = (window - 1) / 2;
  return points.map(([x, y], i) => {
    if (!Number.isFinite(y)) return [x, y];
    const near = points.slice(Math.max(0, i - reach), i + reach + 1);
    const finite = near.filter(([, value]) => Number.isFinite(value));
    return [x, finite.reduce((sum, [, value]) => sum + value, 0) / finite.length];
  });
}

function describe({ name, unit, points }: Curve): string {
  const values = points.map(([, y]) => y).filter(Number.isFinite);
  if (values.length === 0) return `${name}: no finite value`;
  const [from, to, low, high] = [values[0], values[values.length - 1], least(values), most(values)].map(
    (value) => formatValue(value, unit),
  );
  return `${name} over ${formatNumber(points[points.length - 1][0] - points[0][0])} steps, from ${from} to ${to}, between ${low} and ${high}`;
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}
