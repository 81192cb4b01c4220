import type { MetricsRow, RunRecord } from "@contrastive/train";
import { element } from "./element.js";

export type Phase = "ready" | "training" | "pausing" | "paused" | "failed" | "done";

const mainButton: Record<Phase, string> = {
  ready: "Train",
  training: "Pause",
  pausing: "Pausing…",
  paused: "Continue",
  failed: "Continue",
  done: "Train again",
};

const none = "–";

/** What the page says in words and numbers. */
export function createView() {
  const status = element("status", HTMLElement);
  const progress = element("progress", HTMLProgressElement);
  const problem = element("problem", HTMLElement);
  const skipped = element("skipped", HTMLElement);
  const train = element("train", HTMLButtonElement);
  const reset = element("reset", HTMLButtonElement);
  const choices = element("choices", HTMLFieldSetElement);
  const weights = element("weights", HTMLButtonElement);
  const report = element("report", HTMLButtonElement);
  let training = "";

  return {
    status: (text: string) => void (status.textContent = text),
    /** Shows what is wrong, or that nothing is. */
    problem(text?: string) {
      problem.hidden = text === undefined;
      problem.textContent = text ?? "";
    },
    chosen: (text: string) => write("chosen", text),
    dataIs(data: "shapes" | "folder") {
      element("folder", HTMLElement).hidden = data !== "folder";
      for (const id of ["images", "classes"]) element(id, HTMLInputElement).disabled = data !== "shapes";
    },
    skipped(files: readonly string[]) {
      const named = files.slice(0, 5).join(", ");
      const others = files.length > 5 ? ` and ${files.length - 5} more` : "";
      const count = files.length === 1 ? "1 file" : `${files.length} files`;
      skipped.textContent = `${count} could not be read and ${files.length === 1 ? "is" : "are"} left out: ${named}${others}`;
      skipped.hidden = false;
    },
    started({ backend, data }: RunRecord) {
      const classes = data.classes.length === 1 ? "1 class" : `${data.classes.length} classes`;
      // Shaders are compiled for it.
      status.textContent = "Preparing the first step";
      training = `Training on ${data.size} images of ${classes}`;
      write("device", backend.device);
      const rejected = (backend.rejected ?? []).map(({ name, why }) => `Not on ${name}: ${why}.`);
      // Threads share memory only on an isolated page.
      const alone =
        backend.name === "wasm" && !crossOriginIsolated
          ? ["In one thread, as this page is not isolated across origins."]
          : [];
      write("rejected", [...rejected, ...alone].join(" "));
    },
    step(
      rows: readonly MetricsRow[],
      etaSeconds: number,
      { stepsPerEpoch, totalSteps }: { readonly stepsPerEpoch: number; readonly totalSteps: number },
    ) {
      const { step, loss } = rows[rows.length - 1];
      if (document.body.dataset.phase === "training") status.textContent = training;
      progress.value = (step + 1) / totalSteps;
      write("epoch", `${Math.floor(step / stepsPerEpoch) + 1} of ${Math.ceil(totalSteps / stepsPerEpoch)}`);
      write("loss-now", loss.toFixed(3));
      // Steps vary, the first most of all: it compiles.
      const last = rows.slice(-8);
      const accuracy = mean(last.map((row) => row["online-probe.accuracy"]));
      write("accuracy", Number.isFinite(accuracy) ? `${Math.round(100 * accuracy)} %` : none);
      write("speed", formatSpeed(1 / mean(last.map((row) => 1 / row.imagesPerSecond))));
      write("left", formatDuration(etaSeconds));
    },
    saved(step: number, stepsPerEpoch: number) {
      write(
        "saved",
        `As of step ${step}, ${(step / stepsPerEpoch).toFixed(1)} epochs. A safetensors file, which PyTorch opens too.`,
      );
      weights.disabled = false;
    },
    phase(
      phase: Phase,
      { resumable, recorded }: { readonly resumable: boolean; readonly recorded: boolean },
    ) {
      document.body.dataset.phase = phase;
      const busy = phase === "training" || phase === "pausing";
      // Nothing to continue from: the same button tries again with other settings.
      const afresh = phase === "failed" && !resumable;
      train.textContent = afresh ? "Try again" : mainButton[phase];
      train.disabled = phase === "pausing";
      choices.disabled = !(phase === "ready" || phase === "done" || afresh);
      reset.hidden = phase === "ready" || phase === "training";
      weights.disabled = !resumable;
      report.disabled = !recorded || busy;
    },
    clear() {
      for (const id of ["epoch", "loss-now", "accuracy", "speed", "left"]) write(id, none);
      for (const id of ["device", "rejected"]) write(id, "");
      progress.value = 0;
      status.textContent = "Ready.";
      problem.hidden = true;
      skipped.hidden = true;
    },
  };
}

function write(id: string, text: string): void {
  element(id, HTMLElement).textContent = text;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function formatSpeed(imagesPerSecond: number): string {
  return imagesPerSecond >= 100
    ? Math.round(imagesPerSecond).toLocaleString("en")
    : imagesPerSecond.toPrecision(2);
}

function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
