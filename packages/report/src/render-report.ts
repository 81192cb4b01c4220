import { drawCurve } from "./curves.js";
import { drawEmbedding, drawLegend } from "./embedding.js";
import { type Html, html } from "./html.js";
import type { ReportInput } from "./input.js";
import { drawFigures, page, section } from "./page.js";
import { drawPlot } from "./plot.js";
import { drawTable } from "./table.js";
import { drawViews } from "./views.js";

/**
 * One run as one HTML page that opens from disk and loads nothing: figures, tables, curves, embeddings, plots, views,
 * config.
 *
 * Equal input gives an equal page. Throws a `ContrastiveError` if sizes do not fit each other.
 */
export function renderReport(input: ReportInput): string {
  const {
    title,
    subtitle,
    summary,
    curves,
    tables = [],
    embedding,
    plots = [],
    views,
    config,
    versions,
  } = input;
  return page({
    title,
    subtitle,
    body: [
      drawFigures(summary),
      ...tables.map(drawTable),
      section(
        "Training",
        curves.length === 0 ? undefined : html`<div class="grid">${curves.map(drawCurve)}</div>`,
      ),
      section("Embeddings", embedding && html`${drawLegend(embedding.classes)} ${drawEmbedding(embedding)}`),
      section(
        "Analysis",
        plots.length === 0 ? undefined : html`<div class="grid">${plots.map(drawPlot)}</div>`,
      ),
      section("Augmented views", views && drawViews(views)),
      section("Config", config === undefined ? undefined : drawConfig(config)),
      versions && drawVersions(versions),
    ],
  });
}

function drawConfig(config: unknown): Html {
  return html`<details>
    <summary>Every option, defaults included</summary>
    <pre>${JSON.stringify(config, undefined, 2)}</pre>
  </details>`;
}

function drawVersions(versions: Readonly<Record<string, string>>): Html {
  return html`<footer>
    ${Object.entries(versions).map(([name, version]) => html`<span>${name} ${version}</span> `)}
  </footer>`;
}
