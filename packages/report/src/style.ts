/** Colours, light or dark as the reader's system is. */
export const palette = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --surface: #f6f7f9; --ink: #1b1f27; --muted: #5c6470; --line: #dfe3e8; --accent: #2f66a8;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #14171c; --surface: #1c2027; --ink: #e6e9ee; --muted: #9aa3b0; --line: #313842; --accent: #7db3f0; }
}
`;

export const font = `system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif`;

/** The page's look. */
export const style = `${palette}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 ${font};
}
main { max-width: 1120px; margin: 0 auto; padding: 48px 24px 64px; }
h1 { font-size: 2rem; line-height: 1.2; letter-spacing: -0.02em; margin: 0; }
h2 { font-size: 1.2rem; letter-spacing: -0.01em; margin: 48px 0 16px; }
header p { color: var(--muted); margin: 8px 0 0; font-size: 1.05rem; }
svg { display: block; }
figure { margin: 0; }
.note { color: var(--muted); font-size: 0.85rem; margin: 4px 0 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(165px, 1fr)); gap: 12px; margin: 28px 0 0; }
.figures div { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; }
.figures dt { color: var(--muted); font-size: 0.85rem; }
.figures dd { margin: 2px 0 0; font-size: 1.3rem; font-weight: 600; letter-spacing: -0.01em;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
.figures dd.long { font-size: 1rem; line-height: 1.35; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); gap: 16px; }
.grid.three { grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); }
.chart, .plot, .embedding, .views { background: var(--surface); border: 1px solid var(--line); border-radius: 10px;
  padding: 14px 16px; }
.chart figcaption { display: flex; justify-content: space-between; gap: 12px; margin-bottom: 6px; }
.chart figcaption span { color: var(--muted); font-variant-numeric: tabular-nums; }
.chart svg, .plot svg, .embedding svg { width: 100%; height: auto; font-family: inherit; }
.chart > .note { text-align: right; }
.embedding h3 { margin: 0 0 4px; font-size: 1rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 6px 18px; margin: 0 0 12px; padding: 0; }
.legend li { display: flex; align-items: center; gap: 7px; overflow-wrap: anywhere; }
.legend svg { flex: none; }
.views { width: fit-content; max-width: 100%; }
.views .headings { display: grid; grid-template-columns: repeat(var(--columns), 1fr); text-align: center;
  color: var(--muted); font-size: 0.85rem; margin-bottom: 6px; }
.views img { display: block; max-width: 100%; height: auto; image-rendering: pixelated; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 10px 36px 10px 0; border-bottom: 1px solid var(--line); vertical-align: middle; }
thead th { color: var(--muted); font-size: 0.85rem; font-weight: 500; }
tbody th { font-weight: 500; }
.share { display: grid; grid-template-columns: 4.6em minmax(60px, 1fr) auto; align-items: center; gap: 10px;
  min-width: 240px; }
.share svg { width: 100%; height: 12px; }
.share .note { margin: 0; white-space: nowrap; }
.track { fill: var(--line); } .bar { fill: var(--accent); } .interval { fill: var(--ink); }
details { border: 1px solid var(--line); border-radius: 10px; background: var(--surface); }
summary { cursor: pointer; padding: 12px 16px; font-weight: 500; }
pre { margin: 0; padding: 0 16px 16px; overflow-x: auto; font: 0.85rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
footer { color: var(--muted); font-size: 0.85rem; margin-top: 48px; padding-top: 16px; border-top: 1px solid var(--line); }
footer span { margin-right: 16px; white-space: nowrap; }
@media print { main { padding: 0; max-width: none; } figure, tr { break-inside: avoid; } }
`;
