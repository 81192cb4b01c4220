import { ContrastiveError } from "@contrastive/core";
import { drawChart, theme } from "./chart.js";
import { type Html, html, toText, trusted } from "./html.js";
import type { Plot } from "./input.js";
import { type Mark, mark } from "./marks.js";
import { formatNumber, tick } from "./number.js";
import { font, palette } from "./style.js";

const chartWidth = 560;
const chartHeight = 300;
const headingHeight = 32;
const lineHeight = 22;
const right = 14;

/**
 * A plot as an SVG file of its own, with heading and legend; light or dark as the reader's system is.
 *
 * Equal input gives an equal file. Throws a `ContrastiveError` without a series, or for one without points.
 */
export function renderPlot(plot: Plot): string {
  const edge = 16;
  const [width, height] = sizeOf(plot);
  return `${toText(
    html`<svg
      xmlns="http://www.w3.org/2000/svg"
      viewBox="${-edge} ${-edge} ${width + 2 * edge} ${height + 2 * edge}"
      role="img"
      aria-label="${describe(plot)}"
    >
      <style>
        ${trusted(palette)} svg {
          font-family: ${trusted(font)};
          background: var(--page);
        }
      </style>
      ${drawing(plot)}
    </svg>`,
  )}\n`;
}

/** The same as a part of a page. */
export function drawPlot(plot: Plot): Html {
  const label = describe(plot);
  return html`<figure class="plot">
    <div role="img" aria-label="${label}">
      <svg aria-hidden="true" viewBox="0 0 ${sizeOf(plot).join(" ")}">${drawing(plot)}</svg>
    </div>
  </figure>`;
}

function sizeOf({ series }: Plot): [width: number, height: number] {
  return [chartWidth, headingHeight + series.length * lineHeight + chartHeight];
}

/** Heading, a line of the legend for each series, and the chart below them with what its axes are. */
function drawing({ title, x, y, series }: Plot): Html {
  const top = headingHeight + series.length * lineHeight;
  return html`<text x="0" y="16" font-size="16" font-weight="600" fill="var(--ink)">${title}</text>
    ${series.map(
      ({ name }, i) =>
        html`<g transform="translate(0 ${headingHeight + 6 + i * lineHeight})">
          ${key(mark(i))}
          <text x="38" y="4" font-size="13" fill="var(--ink)">${name}</text>
        </g>`,
    )}
    <text x="0" y="${top + 8}" font-size="12" fill="var(--muted)">${y}</text>
    <text
      x="${chartWidth - right}"
      y="${top + chartHeight - 2}"
      font-size="12"
      fill="var(--muted)"
      text-anchor="end"
    >
      ${x}
    </text>
    <g transform="translate(0 ${top})">${chart(series)}</g>`;
}

function chart(series: Plot["series"]): Html {
  const label = { color: theme.muted, fontSize: 12, fontFamily: "inherit", formatter: tick };
  const svg = drawChart(
    {
      grid: { left: 58, right, top: 18, bottom: 42 },
      xAxis: {
        type: "value",
        min: "dataMin",
        max: "dataMax",
        axisLine: { onZero: false, lineStyle: { color: theme.line } },
        axisTick: { show: false },
        axisLabel: { ...label, hideOverlap: true },
        splitLine: { show: false },
      },
      yAxis: {
        type: "value",
        axisLabel: { ...label, hideOverlap: true },
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { lineStyle: { color: theme.line } },
      },
      series: series.map(({ points }, i) => {
        const { color, symbol, rotate, dash } = mark(i);
        return {
          type: "line",
          silent: true,
          symbol,
          symbolRotate: rotate,
          symbolSize: 7,
          lineStyle: { color, width: 2, type: dash },
          itemStyle: { color },
          data: points,
        };
      }),
    },
    chartWidth,
    chartHeight,
  );
  // Within another picture it needs a size of its own.
  return trusted(toText(svg).replace("<svg ", `<svg width="${chartWidth}" height="${chartHeight}" `));
}

/** A piece of the line with its symbol. */
function key({ color, symbol, rotate, dash }: Mark): Html {
  const shape = {
    circle: "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z",
    triangle: "M0-4 4 4H-4Z",
    rect: "M-4-4h8v8h-8Z",
    diamond: "M0-5 4 0 0 5-4 0Z",
  }[symbol];
  return html`<path
      d="M0 0H28"
      stroke="${color}"
      stroke-width="2"
      stroke-dasharray="${dash === "solid" ? "none" : dash.join(" ")}"
    /><path d="${shape}" fill="${color}" transform="translate(14 0) rotate(${rotate})" />`;
}

/** In words; throws where there is nothing to describe. */
function describe({ title, x, y, series }: Plot): string {
  check(title, series);
  const lines = series.map(({ name, points }) => {
    const [first, last] = [points[0], points[points.length - 1]];
    return `${name} from ${formatNumber(first[1])} to ${formatNumber(last[1])}`;
  });
  return `${title}: ${y} by ${x}; ${lines.join("; ")}`;
}

function check(title: string, series: Plot["series"]): void {
  const bad = series.find(({ points }) => points.length === 0 || !points.flat().every(Number.isFinite));
  if (series.length > 0 && bad === undefined) return;
  throw new ContrastiveError({
    who: "report",
    what: `the plot "${title}" needs a series, and in each at least one point, all of them finite`,
    got: bad ?? series,
  });
}
