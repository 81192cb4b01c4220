import { ContrastiveError, type Json, show } from "@contrastive/core";
import type { TrainState } from "./checkpoint.js";
import type { RunRecord } from "./record.js";
import type { Storage } from "./storage.js";

/** Throws unless the stored run was of the same config and on the same backend: only then is it resumed exactly. */
export async function checkSameRun(storage: Storage, record: RunRecord, stored: TrainState): Promise<void> {
  const bytes = await storage.read("config.json");
  const before = JSON.parse(new TextDecoder().decode(bytes)) as RunRecord;
  const now = JSON.parse(JSON.stringify(record)) as RunRecord;
  const path = firstDifference(
    { config: before.config, backend: before.backend.name, data: before.data as unknown as Json },
    { config: now.config, backend: now.backend.name, data: now.data as unknown as Json },
  );
  if (path === undefined) return;
  throw new ContrastiveError({
    who: `run ${storage.location}`,
    what: `can't resume at step ${stored.step}: ${path.where} was ${show(path.before)}`,
    got: path.now,
    fix: "Resume with the config that the run was started with, or start another run",
  });
}

function firstDifference(
  before: Json | undefined,
  now: Json | undefined,
  where = "",
): { where: string; before: Json | undefined; now: Json | undefined } | undefined {
  if (isObject(before) && isObject(now)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
      const found = firstDifference(before[key], now[key], where === "" ? key : `${where}.${key}`);
      if (found) return found;
    }
    return undefined;
  }
  return before === now ? undefined : { where, before, now };
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null;
}
