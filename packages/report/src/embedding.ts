import { ContrastiveError } from "@contrastive/core";
import { type ChartSize, drawChart } from "./chart.js";
import { type Html, html, toText } from "./html.js";
import type { EmbeddingPicture } from "./input.js";
import { type Mark, mark } from "./marks.js";

/** The picture alone, as SVG to put into a page, with `renderLegend` beside it. As `renderCurve`. */
export function renderEmbedding(picture: EmbeddingPicture, size?: ChartSize): string {
  return toText(chart(picture, size));
}

/** What the marks of an embedding stand for: a list of the class `legend`, as HTML to put into a page. */
export function renderLegend(classes: readonly string[]): string {
  return toText(drawLegend(classes));
}

/** Points in the plane, coloured and shaped by class. The scale is the same both ways; axes mean nothing. */
export function drawEmbedding(picture: EmbeddingPicture, size?: ChartSize): Html {
  return html`<figure class="embedding">
    ${chart(picture, size)}
    <figcaption class="note">${picture.caption}</figcaption>
  </figure>`;
}

function chart(picture: EmbeddingPicture, { width = 760, height = 520 }: ChartSize = {}): Html {
  check(picture);
  const { points, labels, classes } = picture;
  const counts = classes.map((_, label) => labels.filter((other) => other === label).length);
  const description = `${labels.length} points of ${counts.filter((count) => count > 0).length} classes in the plane`;
  return html`<div role="img" aria-label="${description}">${scatter(points, labels, width, height)}</div>`;
}

/** What each mark stands for. */
export function drawLegend(names: readonly string[], kind: "point" | "line" = "point"): Html {
  return html`<ul class="legend">
    ${names.map((name, i) => html`<li>${kind === "point" ? swatch(mark(i)) : stroke(mark(i))} ${name}</li>`)}
  </ul>`;
}

function scatter(points: Float32Array, labels: Int32Array, width: number, height: number): Html {
  const x = range(points, 0);
  const y = range(points, 1);
  const scale = Math.max(x.span / (width - 24), y.span / (height - 24)) || 1;
  const axis = ({ middle }: { middle: number }, pixels: number) => ({
    show: false,
    min: middle - (scale * pixels) / 2,
    max: middle + (scale * pixels) / 2,
  });
  return drawChart(
    {
      grid: { left: 0, right: 0, top: 0, bottom: 0 },
      xAxis: axis(x, width),
      yAxis: axis(y, height),
      series: {
        type: "scatter",
        silent: true,
        symbolSize: labels.length > 1000 ? 6 : 9,
        itemStyle: { opacity: 0.8 },
        // In the samples' own order, so that no class lies on top of the others.
        data: Array.from(labels, (label, i) => {
          const { color, symbol, rotate } = mark(label);
          return {
            value: [points[2 * i], points[2 * i + 1]],
            symbol,
            symbolRotate: rotate,
            itemStyle: { color },
          };
        }),
      },
    },
    width,
    height,
  );
}

function range(points: Float32Array, axis: 0 | 1): { middle: number; span: number } {
  let low = Infinity;
  let high = -Infinity;
  for (let i = axis; i < points.length; i += 2) {
    low = Math.min(low, points[i]);
    high = Math.max(high, points[i]);
  }
  return { middle: (low + high) / 2, span: high - low };
}

function swatch({ color, symbol, rotate }: Mark): Html {
  const shape = {
    circle: html`<circle r="5" />`,
    triangle: html`<path d="M0-5 5 5H-5Z" />`,
    rect: html`<path d="M-4.5-4.5h9v9h-9Z" />`,
    diamond: html`<path d="M0-6 4.5 0 0 6-4.5 0Z" />`,
  }[symbol];
  return html`<svg viewBox="-7 -7 14 14" width="14" height="14" fill="${color}" aria-hidden="true">
    <g transform="rotate(${rotate})">${shape}</g>
  </svg>`;
}

function stroke({ color, dash }: Mark): Html {
  return html`<svg viewBox="0 0 28 8" width="28" height="8" aria-hidden="true">
    <path
      d="M0 4H28"
      stroke="${color}"
      stroke-width="2.5"
      stroke-dasharray="${dash === "solid" ? "none" : dash.join(" ")}"
    />
  </svg>`;
}

function check({ points, labels, classes }: EmbeddingPicture): void {
  const who = "report";
  if (labels.length === 0 || points.length !== 2 * labels.length) {
    throw new ContrastiveError({
      who,
      what: "an embedding must have two coordinates a label, and at least one point",
      got: { points: points.length, labels: labels.length },
    });
  }
  const stray = labels.find((label) => label < 0 || label >= classes.length);
  if (stray !== undefined) {
    throw new ContrastiveError({
      who,
      what: `an embedding's labels must be below its ${classes.length} classes`,
      got: stray,
    });
  }
}
