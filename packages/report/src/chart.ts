import { LineChart, ScatterChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { type Html, trusted } from "./html.js";

echarts.use([LineChart, ScatterChart, GridComponent, SVGRenderer]);

/** In pixels of a chart that is not scaled; text is 12 of them high. */
export interface ChartSize {
  readonly width?: number;
  readonly height?: number;
}

/** Colours of the page's theme, as CSS resolves them. */
export const theme = { accent: "var(--accent)", muted: "var(--muted)", line: "var(--line)" };

/**
 * Draws a chart as inline SVG that scales with its container.
 *
 * Callers put no text of the user's into a chart: names, units and legends are HTML around it.
 */
export function drawChart(option: echarts.EChartsCoreOption, width: number, height: number): Html {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ animation: false, ...option });
    const svg = chart
      .renderToSVGString()
      // What serves a live page, and clips, which nothing needs: all that is drawn lies within the axes. Their names
      // count charts since the program began, so that equal input would not give an equal page.
      .replace(/<style >.*?<\/style>\n?/gs, "")
      .replace(/<defs >.*?<\/defs>\n?/gs, "")
      .replace(/ (class="zr|clip-path="|pointer-events="|ecmeta_\w+=")[^"]*"/g, "")
      .replace(/<svg width="\d+" height="\d+"/, '<svg aria-hidden="true"');
    return trusted(svg);
  } finally {
    // A chart that is not disposed keeps Node alive.
    chart.dispose();
  }
}
