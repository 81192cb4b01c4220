import { ContrastiveError } from "@contrastive/core";
import { type Html, html } from "./html.js";
import type { Share, Table } from "./input.js";
import { formatNumber, formatShare } from "./number.js";

/** A table whose shares are drawn as bars, with their intervals. */
export function drawTable({ title, columns, rows, note }: Table): Html {
  const uneven = rows.find((row) => row.length !== columns.length);
  if (uneven !== undefined) {
    throw new ContrastiveError({
      who: "report",
      what: `each row of the table "${title}" must have ${columns.length} cells`,
      got: uneven.length,
    });
  }
  return html`<section>
    <h2>${title}</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            ${columns.map((column) => html`<th scope="col">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ([name, ...cells]) =>
              html`<tr>
                <th scope="row">${typeof name === "object" ? formatShare(name.value) : name}</th>
                ${cells.map(drawCell)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${note === undefined ? undefined : html`<p class="note">${note}</p>`}
  </section>`;
}

function drawCell(cell: string | number | Share): Html {
  if (typeof cell === "string") return html`<td>${cell}</td>`;
  if (typeof cell === "number") return html`<td class="number">${formatNumber(cell)}</td>`;
  const { value, low, high } = cell;
  const interval = `${(low * 100).toFixed(1)} to ${formatShare(high)}`;
  return html`<td>
    <div class="share">
      <b>${formatShare(value)}</b>
      <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
        <path class="track" d="M0 2H100V10H0Z" />
        <path class="bar" d="M0 2H${percent(value)}V10H0Z" />
        <path class="interval" d="M${percent(low)} 5H${percent(high)}V7H${percent(low)}Z" />
      </svg>
      <span class="note">${interval}</span>
    </div>
  </td>`;
}

function percent(share: number): number {
  return Number.isFinite(share) ? Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10 : 0;
}
