import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ComparedRun, ComparisonInput, EmbeddingPicture, Picture, Plot, ReportInput } from "./input.js";
import { renderCurve } from "./curves.js";
import { renderEmbedding, renderLegend } from "./embedding.js";
import { renderComparison } from "./render-comparison.js";
import { renderReport } from "./render-report.js";

/** A report that uses everything, with `text` wherever a user's text can stand. */
function report(text: string): ReportInput {
  return {
    title: text,
    subtitle: text,
    summary: [{ label: text, value: text }],
    curves: [
      {
        name: text,
        unit: text,
        points: [
          [0, 1],
          [1, 2],
        ],
      },
    ],
    tables: [
      {
        title: text,
        columns: [text, text, text],
        rows: [[text, text, { value: 0.5, low: 0.4, high: 0.6 }]],
        note: text,
      },
    ],
    embedding: embedding(text),
    plots: [plot(text)],
    views: { columns: [text, text], rows: [[picture, picture]] },
    config: { [text]: text },
    versions: { [text]: text },
  };
}

function comparison(text: string): ComparisonInput {
  const { summary, curves, tables } = report(text);
  const runs = [text, `${text} 2`].map((name) => ({ name, summary, curves, embedding: embedding(text) }));
  return { title: text, subtitle: text, runs, tables };
}

function embedding(text: string): EmbeddingPicture {
  return {
    points: Float32Array.of(0, 0, 1, 2, 3, 1),
    labels: Int32Array.of(0, 1, 1),
    classes: [text, `${text} b`],
    caption: text,
  };
}

function plot(text: string): Plot {
  const points = [
    [-1, 0.5],
    [0, -2],
    [1, 3],
  ] as const;
  return { title: text, x: text, y: text, series: [text, `${text} 2`].map((name) => ({ name, points })) };
}

const picture: Picture = { data: new Float32Array(12).fill(0.5), height: 2, width: 2, channels: 3 };

describe("parts for a page of one's own", () => {
  const { curves } = report("</div><b>");
  const parts = {
    renderCurve: () => renderCurve(curves[0], { width: 320, height: 200 }),
    renderEmbedding: () => renderEmbedding(embedding("</div><b>"), { width: 320, height: 200 }),
  };

  it.each(Object.entries(parts))("%s says what it shows, at the size that is asked for", (_, render) => {
    expect(render()).toMatch(/^<div role="img" aria-label="[^"]+"><svg/);
    expect(render()).toContain('viewBox="0 0 320 200"');
    expect(render()).not.toContain("<b>");
    expect(render()).toBe(render());
  });

  it("renderLegend names the classes as text", () => {
    expect(renderLegend(["a <b>", "c"]).match(/<li>/g)?.length).toBe(2);
    expect(renderLegend(["a <b>", "c"])).toContain("a &lt;b&gt;");
  });
});

const pages = {
  renderReport: (text: string) => renderReport(report(text)),
  renderComparison: (text: string) => renderComparison(comparison(text)),
};

describe.each(Object.entries(pages))("%s", (_, render) => {
  it("loads nothing: no script, no link, no address but those of data", () => {
    const page = render("plain");
    expect(page).not.toMatch(/<(script|link|iframe|object|base)\b/i);
    expect(page).not.toMatch(/ id="|url\(#/);
    expect(page).not.toMatch(/@import|url\(/i);
    expect(page.match(/\b(src|href)="(?!data:image\/png;base64,)/g)).toBeNull();
    expect(
      page.match(/https?:\/\/[^\s"')]*/g)?.filter((link) => !link.startsWith("http://www.w3.org/")),
    ).toEqual([]);
    expect(page).toContain("default-src 'none'");
  });

  it("shows any text as text: it adds no markup and closes no attribute", () => {
    const plain = skeleton(render("plain"));
    const nasty = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onload='alert(1)",
        "</style><script>",
        "</title>",
        "<!--",
        "]]>",
        "&lt;",
        "__proto__",
      ),
    );
    // Of one word, so that the pages differ in nothing else.
    fc.assert(
      fc.property(nasty, (text) => {
        expect(skeleton(render(`x${text}`))).toEqual(plain);
      }),
      { numRuns: 40 },
    );
  });

  it("is the same page for the same input", () => {
    expect(render("plain")).toBe(render("plain"));
  });

  it("has alternatives for what is drawn, and hides the drawings from screen readers", () => {
    const page = render("plain");
    const drawn = page.match(/role="img" aria-label="[^"]+"/g) ?? [];
    expect(drawn.length).toBeGreaterThanOrEqual(2);
    expect(page.match(/<svg (?![^>]*aria-hidden="true")/g)).toBeNull();
    for (const [image] of page.matchAll(/<img [^>]*>/g)) expect(image).toMatch(/alt="[^"]+"/);
  });
});

describe("renderReport", () => {
  it("shows figures, shares with their intervals, and the config", () => {
    const page = renderReport({
      title: "A run",
      summary: [{ label: "Final loss", value: 2.43123 }],
      curves: [],
      tables: [
        {
          title: "Evaluation",
          columns: ["Encoder", "kNN"],
          rows: [["trained", { value: 0.8137, low: 0.79, high: 0.83 }]],
        },
      ],
      config: { epochs: 3 },
    });
    expect(page).toContain(">2.43<");
    expect(page).toContain("81.4 %");
    expect(page).toContain("79.0 to 83.0 %");
    expect(page).toContain("&quot;epochs&quot;: 3");
    expect(page).not.toContain("Training");
    expect(page).not.toContain("Embeddings");
  });

  it("draws a mark for each point", () => {
    const size = 37;
    const points = new Float32Array(2 * size).map((_, i) => Math.sin(i * i));
    const page = renderReport({
      title: "",
      summary: [],
      curves: [],
      embedding: { points, labels: new Int32Array(size), classes: ["only"] },
    });
    // One of the legend's is no path.
    expect(page.match(/<(path|use|circle) [^>]*fill="#3f90da"/g)).toHaveLength(size);
  });

  it.each<[string, Partial<ReportInput>, RegExp]>([
    [
      "points without labels",
      { embedding: { ...embedding("a"), labels: Int32Array.of(0) } },
      /two coordinates a label/,
    ],
    [
      "a label beyond the classes",
      { embedding: { ...embedding("a"), classes: ["a"] } },
      /below its 1 classes, got 1/,
    ],
    ["a plot of nothing", { plots: [{ ...plot("a"), series: [] }] }, /plot "a" needs a series, .*got \[\]/],
    [
      "a series that is not finite",
      { plots: [{ ...plot("a"), series: [{ name: "b", points: [[0, NaN]] }] }] },
      /plot "a" needs .* finite, got .*"b"/,
    ],
    ["uneven views", { views: { columns: ["a", "b"], rows: [[picture]] } }, /must have 2 pictures.*got 1/],
    [
      "uneven tables",
      { tables: [{ title: "t", columns: ["a"], rows: [[1, 2]] }] },
      /"t" must have 1 cells, got 2/,
    ],
  ])("refuses %s", (_, part, message) => {
    expect(() => renderReport({ title: "", summary: [], curves: [], ...part })).toThrow(message);
  });
});

describe("renderComparison", () => {
  it("has a row for each run, and a column for each figure that any has", () => {
    const page = renderComparison({
      title: "",
      runs: [
        { name: "one", summary: [{ label: "Loss", value: 1.5 }], curves: [] },
        { name: "two", summary: [{ label: "Time", value: "3 s" }], curves: [] },
      ],
    });
    const cells = [...page.matchAll(/<t[hd]\b[^>]*>\s*([^<]*?)\s*</g)].map(([, text]) => text);
    expect(cells).toEqual(["Run", "Loss", "Time", "one", "1.50", "–", "two", "–", "3 s"]);
  });

  it("draws one legend where the runs have the same classes, and their own where not", () => {
    expect(legends([pictured("a", "x"), pictured("b", "x")])).toBe(1);
    expect(legends([pictured("a", "x"), pictured("b", "y")])).toBe(2);
  });

  it("refuses to compare nothing", () => {
    expect(() => renderComparison({ title: "", runs: [] })).toThrow("at least one run");
  });
});

/** A page's markup: how often each character that can begin or end some occurs, and each tag. */
function skeleton(page: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [part] of page.matchAll(/[<>"']|<\/?[a-z]+/gi)) counts[part] = (counts[part] ?? 0) + 1;
  for (const [part] of page.matchAll(/<\/?[a-z!]+/gi)) counts[part] = (counts[part] ?? 0) + 1;
  return counts;
}

function legends(runs: readonly ComparedRun[]): number | undefined {
  return renderComparison({ title: "", runs }).match(/<ul class="legend">/g)?.length;
}

function pictured(name: string, text: string): ComparedRun {
  return { name, summary: [], curves: [], embedding: embedding(text) };
}
