import type { TrainEvent } from "@contrastive/train";
import { formatDuration } from "./format.js";
import type { Terminal } from "./terminal.js";

/** Shows training on a terminal: what is trained, then step, loss, speed and the time that is left. */
export function showProgress(terminal: Terminal): (event: TrainEvent) => void {
  let totalSteps = 0;
  let epochs = 0;
  let imagesPerStep = 0;
  const recent: { step: number; seconds: number }[] = [];

  return (event) => {
    switch (event.type) {
      case "start": {
        const { record, fromStep } = event;
        const config = record.config as unknown as RecordedConfig;
        totalSteps = event.totalSteps;
        epochs = config.epochs;
        imagesPerStep = config.batchSize * config.views.length;
        for (const { name, why } of record.backend.rejected ?? []) {
          terminal.print(`backend ${name} left out: ${why}`);
        }
        terminal.print(`backend ${record.backend.name}: ${record.backend.device}`);
        terminal.print(
          `${record.data.size} images of ${record.data.classes.length} classes, ` +
            `${totalSteps} steps of ${config.batchSize} × ${config.views.length} views` +
            (fromStep > 0 ? `, going on from step ${fromStep}` : ""),
        );
        for (const path of record.notReproducible) {
          terminal.print(`note: ${path} can't be rebuilt from the run's record`);
        }
        return;
      }
      case "step": {
        const { row, etaSeconds } = event;
        recent.push(row);
        if (recent.length > 20) recent.shift();
        const { step, seconds } = recent[0];
        const speed = ((row.step - step) * imagesPerStep) / (row.seconds - seconds);
        terminal.status(
          [
            `step ${row.step + 1}/${totalSteps}`,
            `epoch ${row.epoch + 1}/${epochs}`,
            `loss ${row.loss.toFixed(4)}`,
            ...(row.learningRate === undefined ? [] : [`lr ${row.learningRate.toPrecision(3)}`]),
            ...(Number.isFinite(speed) ? [`${speed.toFixed(0)} img/s`] : []),
            `${formatDuration(etaSeconds)} left`,
          ].join("  "),
        );
        return;
      }
      case "warning":
        return terminal.print(`warning: ${event.message}`);
      case "end":
        return terminal.print(`trained in ${formatDuration(event.seconds)}`);
      default:
    }
  };
}

interface RecordedConfig {
  readonly epochs: number;
  readonly batchSize: number;
  readonly views: readonly unknown[];
}
