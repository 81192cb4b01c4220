import { ContrastiveError } from "@contrastive/core";
import { drawCurves } from "./curves.js";
import { drawEmbedding, drawLegend } from "./embedding.js";
import { type Html, html } from "./html.js";
import type { ComparedRun, ComparisonInput, Table } from "./input.js";
import { page, section } from "./page.js";
import { drawTable } from "./table.js";

/**
 * Several runs side by side as one HTML page: their figures in a table, their curves in the same charts, their
 * embeddings next to each other.
 *
 * Throws a `ContrastiveError` if there are no runs or sizes do not fit each other.
 */
export function renderComparison({ title, subtitle, runs, tables = [] }: ComparisonInput): string {
  if (runs.length === 0) {
    throw new ContrastiveError({ who: "report", what: "a comparison needs at least one run" });
  }
  const curveNames = unique(runs.flatMap(({ curves }) => curves.map(({ name }) => name)));
  const names = runs.map(({ name }) => name);
  return page({
    title,
    subtitle,
    body: [
      ...tables.map(drawTable),
      runs.some(({ summary }) => summary.length > 0) ? drawTable(figuresTable(runs)) : undefined,
      section(
        "Training",
        curveNames.length === 0
          ? undefined
          : html`${drawLegend(names, "line")}
              <div class="grid">
                ${curveNames.map((wanted) =>
                  drawCurves(
                    runs.map(({ curves }) => curves.find(({ name }) => name === wanted)),
                    names,
                  ),
                )}
              </div>`,
      ),
      section("Embeddings", drawEmbeddings(runs)),
    ],
  });
}

/** A row for each run, a column for each label that any of them has. */
function figuresTable(runs: readonly ComparedRun[]): Table {
  const labels = unique(runs.flatMap(({ summary }) => summary.map(({ label }) => label)));
  return {
    title: "Runs",
    columns: ["Run", ...labels],
    rows: runs.map(({ name, summary }) => [
      name,
      ...labels.map((wanted) => summary.find(({ label }) => label === wanted)?.value ?? "–"),
    ]),
  };
}

function drawEmbeddings(runs: readonly ComparedRun[]): Html | undefined {
  const pictured = runs.flatMap(({ name, embedding }) => (embedding ? [{ name, embedding }] : []));
  if (pictured.length === 0) return undefined;
  const legends = unique(pictured.map(({ embedding }) => JSON.stringify(embedding.classes)));
  const shared = legends.length === 1;
  return html`${shared ? drawLegend(pictured[0].embedding.classes) : undefined}
    <div class="grid three">
      ${pictured.map(
        ({ name, embedding }) =>
          html`<div>
            <h3>${name}</h3>
            ${shared ? undefined : drawLegend(embedding.classes)}
            ${drawEmbedding(embedding, { width: 420, height: 400 })}
          </div>`,
      )}
    </div>`;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
