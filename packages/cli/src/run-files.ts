import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { ContrastiveError, decodeSafetensors, type HostTensor, type Params } from "@contrastive/core";
import type { RunRecord, Storage } from "@contrastive/train";

/** The record of a run in a folder, finished or not. Throws if there is none. */
export async function readRecord(folder: string): Promise<RunRecord> {
  for (const place of [folder, `${folder}.partial`]) {
    const text = await readFile(join(place, "config.json"), "utf8").catch(() => undefined);
    const record = text === undefined ? undefined : parseRecord(text);
    if (record !== undefined) return record;
  }
  throw new ContrastiveError({
    who: `run ${folder}`,
    what: "there is no run there",
    fix: "Name the folder of a run, which holds a config.json",
  });
}

/** Removes a run, and nothing but a run: a folder without a run's config.json stays, and is an error. */
export async function removeRun(folder: string): Promise<void> {
  const places = [folder, `${folder}.partial`];
  const there = await Promise.all(
    places.map((place) =>
      stat(place).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (!there.includes(true)) return;
  await readRecord(folder);
  await Promise.all(places.map((place) => rm(place, { recursive: true, force: true })));
}

/** The states of a stored run's monitors, by the config's order. The caller owns them. */
export async function readMonitors(storage: Storage): Promise<readonly Params[]> {
  const bytes = await storage.read("checkpoint.safetensors");
  if (bytes === undefined) return [];
  const { tensors } = decodeSafetensors(bytes, `${storage.location}/checkpoint.safetensors`);
  const monitors: Record<string, tf.Tensor>[] = [];
  for (const [path, tensor] of Object.entries(tensors)) {
    const [, index, name] = /^monitors\/(\d+)\/(.+)$/.exec(path) ?? [];
    if (index !== undefined) (monitors[Number(index)] ??= {})[name] = upload(tensor);
  }
  return monitors;
}

function upload({ shape, data }: HostTensor): tf.Tensor {
  return tf.tensor(data, [...shape], data instanceof Float32Array ? "float32" : "int32");
}

function parseRecord(text: string): RunRecord | undefined {
  try {
    const record = JSON.parse(text) as Partial<RunRecord>;
    return record.format === 1 && record.config !== undefined ? (record as RunRecord) : undefined;
  } catch {
    return undefined;
  }
}
