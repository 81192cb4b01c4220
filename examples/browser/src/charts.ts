import { type EmbeddingPicture, renderCurve, renderEmbedding, renderLegend } from "@contrastive/report";
import type { MetricsRow } from "@contrastive/train";
import { element } from "./element.js";

export interface Charts {
  /** Draws the loss, a few times a second at most; rows may be added to before it does. */
  drawLoss(rows: readonly MetricsRow[]): void;
  drawPicture(picture: EmbeddingPicture): void;
  clear(): void;
}

/** The page's two charts: drawn at the width that there is, and again when it changes. */
export function createCharts(): Charts {
  const curve = element("curve", HTMLElement);
  const scatter = element("scatter", HTMLElement);
  const [noCurve, noScatter] = [curve.innerHTML, scatter.innerHTML];
  let loss: readonly MetricsRow[] = [];
  let picture: EmbeddingPicture | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const drawCurve = () => {
    waiting = undefined;
    const points = loss.map((row) => [row.step, row.loss] as const);
    if (points.length > 0) curve.innerHTML = renderCurve({ name: "Loss", points }, sizeOf(curve));
  };
  const drawScatter = () => {
    if (picture !== undefined) scatter.innerHTML = renderEmbedding(picture, sizeOf(scatter));
  };
  new ResizeObserver(() => {
    drawCurve();
    drawScatter();
  }).observe(curve);

  return {
    drawLoss(rows) {
      loss = rows;
      waiting ??= setTimeout(drawCurve, 200);
    },
    drawPicture(next) {
      picture = next;
      element("caption", HTMLElement).textContent = next.caption ?? "";
      element("legend", HTMLElement).innerHTML = renderLegend(next.classes);
      drawScatter();
    },
    clear() {
      loss = [];
      picture = undefined;
      curve.innerHTML = noCurve;
      scatter.innerHTML = noScatter;
      element("legend", HTMLElement).innerHTML = "";
    },
  };
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): { width: number; height: number } {
  return { width: clientWidth, height: clientHeight };
}
