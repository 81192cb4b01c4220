import { expect, it } from "vitest";
// By path: the evaluation and the report don't depend on each other.
import { renderPlot } from "../../report/src/index.js";
import { clusters } from "../test/clusters.js";
import { gradientAnalysis } from "./gradient-analysis.js";
import { gradientPlot } from "./gradient-plot.js";

const tally = (pairs: number, sum: number) => ({ pairs, sum, magnitude: Math.abs(sum) });

it("has the mean of each bin that holds pairs, and the negatives once", () => {
  const bins = [
    { from: -1, to: 0, positives: tally(0, 0), negatives: tally(4, 2) },
    { from: 0, to: 1, positives: tally(2, -3), negatives: tally(1, 0.25) },
  ];
  const { series } = gradientPlot({ a: { bins }, b: { bins } });
  expect(series).toEqual([
    { name: "positives, a", points: [[0.5, -1.5]] },
    { name: "positives, b", points: [[0.5, -1.5]] },
    {
      name: "negatives",
      points: [
        [-0.5, 0.5],
        [0.5, 0.25],
      ],
    },
  ]);
});

it("draws the picture of the documentation", async () => {
  const features = clusters(512, { dim: 16, classes: 8, noise: 0.7 });
  const plot = gradientPlot({
    L_out: await gradientAnalysis(features),
    L_in: await gradientAnalysis(features, { summation: "inside" }),
  });
  await expect(renderPlot(plot)).toMatchFileSnapshot("../../../docs/gradients.svg");
});
