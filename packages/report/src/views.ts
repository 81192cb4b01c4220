import { ContrastiveError } from "@contrastive/core";
import { contactSheet } from "./contact-sheet.js";
import { type Html, html } from "./html.js";
import type { ViewSheet } from "./input.js";

/** A contact sheet under the headings of its columns. */
export function drawViews({ columns, rows }: ViewSheet): Html {
  const uneven = rows.find((row) => row.length !== columns.length);
  if (uneven !== undefined) {
    throw new ContrastiveError({
      who: "report",
      what: `each row of views must have ${columns.length} pictures, as many as there are columns`,
      got: uneven.length,
    });
  }
  const png = contactSheet(rows.flat(), columns.length);
  const alternative = `${rows.length} samples, one a row: ${columns.join(", ")}`;
  return html`<figure class="views" style="--columns: ${columns.length}">
    <div class="headings">${columns.map((column) => html`<span>${column}</span>`)}</div>
    <img alt="${alternative}" src="data:image/png;base64,${base64(png)}" />
  </figure>`;
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  // In pieces: a function takes only so many arguments.
  for (let i = 0; i < bytes.length; i += 8192) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(binary);
}
