export { contactSheet, type ContactSheetOptions } from "./contact-sheet.js";
export type { ChartSize } from "./chart.js";
export { renderCurve } from "./curves.js";
export { renderEmbedding, renderLegend } from "./embedding.js";
export { curvesOf } from "./curves-of.js";
export type {
  ComparedRun,
  ComparisonInput,
  Curve,
  EmbeddingPicture,
  Figure,
  Picture,
  Plot,
  ReportInput,
  Share,
  Table,
  ViewSheet,
} from "./input.js";
export { renderComparison } from "./render-comparison.js";
export { renderPlot } from "./plot.js";
export { renderReport } from "./render-report.js";
