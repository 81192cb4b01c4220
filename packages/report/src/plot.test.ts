import { expect, it } from "vitest";
import type { Plot } from "./input.js";
import { renderPlot } from "./plot.js";

const plot: Plot = {
  title: "A & B",
  x: "<x>",
  y: "y",
  series: ["one", "two"].map((name, i) => ({
    name,
    points: [
      [0, i],
      [1, 2 - i],
      [3, i / 2],
    ],
  })),
};

it("is an SVG file that says in words what it shows, and loads nothing", () => {
  const file = renderPlot(plot);
  expect(file).toMatch(/^<svg\s+xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(file).toContain('aria-label="A &amp; B: y by &lt;x&gt;; one from 0 to 0; two from 1 to 0.5"');
  expect(file.match(/https?:\/\/[^"]*/g)?.filter((link) => !link.startsWith("http://www.w3.org/"))).toEqual(
    [],
  );
  expect(renderPlot(plot)).toBe(file);
});

it("names each series and marks each of its points", () => {
  const file = renderPlot(plot);
  for (const name of ["one", "two"]) expect(file).toContain(`>${name}</text>`);
  // And one mark more in the legend.
  for (const color of ["#3f90da", "#ffa90e"]) {
    expect(file.match(new RegExp(`<(path|use|circle) [^>]*fill="${color}"`, "g"))).toHaveLength(4);
  }
});
