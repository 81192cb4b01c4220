import { curvesOf, type EmbeddingPicture, renderReport } from "@contrastive/report";
import type { MetricsRow, RunRecord } from "@contrastive/train";
import { createCharts } from "./charts.js";
import { download } from "./download.js";
import { element } from "./element.js";
import type { FromTrainer, SavedFiles, ToTrainer } from "./messages.js";
import { choosing, type PickedFolder } from "./pick-files.js";
import { applyQuery, readSettings, type Settings } from "./settings.js";
import { type Phase, createView } from "./view.js";

const form = element("settings", HTMLFormElement);
const charts = createCharts();
const view = createView();

let folder: PickedFolder | undefined;
let trainer: Worker | undefined;
let phase: Phase = "ready";

/** What is known of the run; it outlives the worker, which a lost GPU takes with it. */
interface Run {
  readonly settings: Settings;
  record?: RunRecord;
  stepsPerEpoch: number;
  totalSteps: number;
  rows: MetricsRow[];
  picture?: EmbeddingPicture;
  saved?: { readonly step: number; readonly files: SavedFiles; readonly weights: Uint8Array<ArrayBuffer> };
}
let run: Run | undefined;

choosing(
  {
    button: element("choose", HTMLButtonElement),
    input: element("files", HTMLInputElement),
    drop: element("folder", HTMLElement),
  },
  (picked) => {
    folder = picked;
    view.chosen(`${picked.name}: ${picked.files.length} files`);
    view.problem();
  },
  (error) =>
    view.problem(`The folder can't be read: ${error instanceof Error ? error.message : String(error)}`),
);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (phase === "training") pause();
  else if (phase === "paused" || (phase === "failed" && run?.saved)) go();
  else start();
});
element("reset", HTMLButtonElement).addEventListener("click", reset);
element("data", HTMLSelectElement).addEventListener("change", () => {
  const { data } = readSettings(form);
  // A photograph needs more pixels than a shape.
  element("size", HTMLInputElement).value = data === "folder" ? "32" : "16";
  view.dataIs(data);
});
element("weights", HTMLButtonElement).addEventListener("click", () => {
  if (run?.saved) download("weights.safetensors", run.saved.weights, "application/octet-stream");
});
element("report", HTMLButtonElement).addEventListener("click", () => {
  if (run?.record) download("report.html", reportOf(run, run.record), "text/html");
});

const unknown = applyQuery(form, new URLSearchParams(location.search));
if (unknown.length > 0)
  view.problem(`The address has settings that are not known here: ${unknown.join(", ")}`);
view.dataIs(readSettings(form).data);

function start(): void {
  const settings = readSettings(form);
  if (settings.data === "folder" && folder === undefined) {
    view.problem("Choose a folder of images first.");
    return;
  }
  history.replaceState(null, "", `?${new URLSearchParams(new FormData(form) as never)}`);
  charts.clear();
  view.clear();
  stopTrainer();
  run = { settings, stepsPerEpoch: 1, totalSteps: 1, rows: [] };
  go();
}

/** From the beginning, or from the last checkpoint. */
function go(): void {
  if (run === undefined) return;
  // A worker whose backend failed is of no more use.
  if (phase === "failed") stopTrainer();
  const { settings, saved } = run;
  const isNew = trainer === undefined;
  trainer ??= startTrainer();
  const message: ToTrainer = {
    type: "train",
    settings,
    ...(isNew && settings.data === "folder" && folder && { files: folder.files }),
    ...(saved && { saved: saved.files }),
  };
  trainer.postMessage(message);
  view.problem();
  view.status("Starting");
  enter("training");
}

function pause(): void {
  trainer?.postMessage({ type: "pause" } satisfies ToTrainer);
  enter("pausing");
}

function reset(): void {
  stopTrainer();
  run = undefined;
  charts.clear();
  view.clear();
  enter("ready");
}

function startTrainer(): Worker {
  const worker = new Worker(new URL("./trainer.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<FromTrainer>) => {
    if (run !== undefined && worker === trainer) hear(data, run);
  });
  worker.addEventListener("error", ({ message }) => {
    if (worker === trainer) fail(message || "The worker that trains could not be started.");
  });
  return worker;
}

function stopTrainer(): void {
  trainer?.terminate();
  trainer = undefined;
}

function hear(message: FromTrainer, current: Run): void {
  switch (message.type) {
    case "preparing":
      view.status(message.what);
      break;
    case "skipped":
      view.skipped(message.files);
      break;
    case "start":
      current.record = message.record;
      current.stepsPerEpoch = message.stepsPerEpoch;
      current.totalSteps = message.totalSteps;
      // What came after the checkpoint was lost with the GPU, and comes again.
      current.rows = current.rows.filter(({ step }) => step < message.fromStep);
      view.started(message.record);
      break;
    case "step":
      current.rows.push(message.row);
      charts.drawLoss(current.rows);
      view.step(current.rows, message.etaSeconds, current);
      break;
    case "picture":
      current.picture = message.picture;
      charts.drawPicture(message.picture);
      break;
    case "saved":
      current.saved = message;
      view.saved(message.step, current.stepsPerEpoch);
      break;
    case "paused":
      view.status(`Paused after step ${current.saved?.step ?? 0} of ${current.totalSteps}`);
      enter("paused");
      break;
    case "done":
      view.status("Done");
      enter("done");
      break;
    case "failed":
      fail(message.message);
  }
}

function fail(message: string): void {
  const step = run?.saved?.step;
  const kept =
    step === undefined
      ? ""
      : ` What was trained up to step ${step} is kept: download it, or go on from there.`;
  view.problem(message.replace(/\.?$/, ".") + kept);
  view.status("Stopped by an error");
  enter("failed");
}

function enter(next: Phase): void {
  phase = next;
  view.phase(next, { resumable: run?.saved !== undefined, recorded: run?.record !== undefined });
}

function reportOf({ rows, picture, settings }: Run, record: RunRecord): string {
  return renderReport({
    title: `${settings.loss} in a browser`,
    subtitle: record.backend.device,
    summary: [
      { label: "Images", value: record.data.size },
      { label: "Classes", value: record.data.classes.length },
      { label: "Steps", value: rows.length },
    ],
    curves: curvesOf(rows),
    ...(picture && { embedding: picture }),
    config: record.config,
    versions: record.versions,
  });
}
