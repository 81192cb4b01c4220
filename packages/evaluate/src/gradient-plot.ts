import type { GradientAnalysis } from "./gradient-analysis.js";

/** Lines over one axis; what `renderPlot` and `renderReport` of `@contrastive/report` draw. */
export interface GradientPlot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

type Point = readonly [cosine: number, contribution: number];

/**
 * What a pair contributes to the gradient, on average, against its cosine: a line for the positives of each analysis,
 * by its name, and one for the negatives, which L_in and L_out treat alike. Bins without pairs have no point.
 */
export function gradientPlot(
  analyses: Readonly<Record<string, Pick<GradientAnalysis, "bins">>>,
): GradientPlot {
  const named = Object.entries(analyses);
  return {
    title: "What a pair contributes to the gradient",
    x: "cosine of anchor and contrast",
    y: "mean: above 0 push, below 0 pull",
    series: [
      ...named.map(([name, analysis]) => ({
        name: `positives, ${name}`,
        points: means(analysis, "positives"),
      })),
      ...named.slice(0, 1).map(([, analysis]) => ({
        name: "negatives",
        points: means(analysis, "negatives"),
      })),
    ].filter(({ points }) => points.length > 0),
  };
}

function means({ bins }: Pick<GradientAnalysis, "bins">, kind: "positives" | "negatives"): Point[] {
  return bins
    .filter(({ [kind]: { pairs } }) => pairs > 0)
    .map(({ from, to, [kind]: { sum, pairs } }) => [(from + to) / 2, sum / pairs]);
}
