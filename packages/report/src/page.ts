import { type Html, html, toText, trusted } from "./html.js";
import type { Figure } from "./input.js";
import { formatNumber } from "./number.js";
import { style } from "./style.js";

export interface PageParts {
  readonly title: string;
  readonly subtitle?: string;
  readonly body: readonly (Html | undefined)[];
}

/** One whole page. Its policy forbids scripts and anything from outside, so what it shows is what is in it. */
export function page({ title, subtitle, body }: PageParts): string {
  const whole = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta
        http-equiv="Content-Security-Policy"
        content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"
      />
      <title>${title}</title>
      <style>
        ${trusted(style)}
      </style>
    </head>
    <body>
      <main>
        <header>
          <h1>${title}</h1>
          ${subtitle === undefined ? undefined : html`<p>${subtitle}</p>`}
        </header>
        ${body}
      </main>
    </body>
  </html>`;
  return `<!doctype html>\n${toText(whole)}\n`;
}

/** The key figures, as cards. */
export function drawFigures(figures: readonly Figure[]): Html | undefined {
  if (figures.length === 0) return undefined;
  return html`<dl class="figures">
    ${figures.map(({ label, value }) => {
      const text = typeof value === "number" ? formatNumber(value) : value;
      return html`<div>
        <dt>${label}</dt>
        <dd class="${text.length > 12 ? "long" : "short"}">${text}</dd>
      </div>`;
    })}
  </dl>`;
}

/** A heading and what stands below it, unless that is nothing. */
export function section(title: string, content: Html | undefined): Html | undefined {
  if (content === undefined) return undefined;
  return html`<section>
    <h2>${title}</h2>
    ${content}
  </section>`;
}
