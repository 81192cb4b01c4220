// Two log-log panels as one SVG: time and peak memory against the number of embeddings, a line for each library.
import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

export interface Line {
  readonly name: string;
  /** By the number of embeddings. */
  readonly points: readonly {
    readonly rows: number;
    readonly milliseconds: number;
    readonly mebibytes: number;
  }[];
}

const colors = ["#2f66a8", "#c2571a", "#4b8b3b"];
const ink = "#1b1f27";
const muted = "#5c6470";

export function drawScaling(lines: readonly Line[], subtitle: string): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 860, height: 380 });
  const rows = lines.flatMap(({ points }) => points.map((point) => point.rows));
  const panels = [
    { name: "time, ms", value: "milliseconds" },
    { name: "peak memory, MiB", value: "mebibytes" },
  ] as const;
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    color: colors,
    title: { text: "SupCon, forward and backward, 128 dimensions", subtext: subtitle, left: 16, top: 10 },
    legend: { top: 62, left: 12, textStyle: { color: ink } },
    grid: [
      { left: 64, right: 460, top: 118, bottom: 48 },
      { left: 494, right: 30, top: 118, bottom: 48 },
    ],
    xAxis: panels.map((_, gridIndex) => ({
      type: "log",
      logBase: 2,
      gridIndex,
      min: Math.min(...rows),
      max: Math.max(...rows),
      name: "embeddings",
      nameLocation: "middle",
      nameGap: 28,
      axisLabel: { formatter: (value: number) => value.toLocaleString("en"), color: muted },
    })),
    yAxis: panels.map(({ name }, gridIndex) => ({
      type: "log",
      gridIndex,
      name,
      nameTextStyle: { color: ink, align: "left" },
      axisLabel: { formatter: (value: number) => value.toLocaleString("en"), color: muted },
    })),
    series: panels.flatMap(({ value }, panel) =>
      lines.map(({ name, points }, i) => ({
        type: "line",
        name,
        xAxisIndex: panel,
        yAxisIndex: panel,
        symbol: ["circle", "rect", "triangle"][i % 3],
        symbolSize: 8,
        lineStyle: { width: 2 },
        data: points.map((point) => [point.rows, point[value]]),
      })),
    ),
  });
  try {
    return chart.renderToSVGString();
  } finally {
    // A chart that is not disposed keeps Node alive.
    chart.dispose();
  }
}
