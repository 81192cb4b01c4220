import * as z from "zod";
import type { Availability, Backend, BackendInfo, Precision, RejectedBackend } from "./contracts.js";
import { isPlugin } from "./describe.js";
import { ContrastiveError } from "./errors.js";
import { parseOptions } from "./options.js";

export interface FirstAvailableOptions {
  /** In order of preference. */
  readonly backends: readonly Backend[];
}

const schema = z.strictObject({
  backends: z.array(z.custom<Backend>(isBackend, "a backend, such as wasm()")).min(1).readonly(),
});

/**
 * The first of several backends that this machine has: `firstAvailable([webgpu(), wasm()])`.
 *
 * Its info is that of the chosen one, with the rejections before it. `init` throws where none is available, or none that computes
 * in the precision that is asked for, with the reasons and the cures. What it has started it stays with, as tensors are there, unless
 * that has not the precision.
 */
export function firstAvailable(given: readonly Backend[] | FirstAvailableOptions): Backend {
  const options = parseOptions(
    "backend",
    "first-available",
    schema,
    "backends" in given ? given : { backends: given },
  );
  let started: Choice | undefined;
  return {
    name: "first-available",
    options,
    source: { module: "@contrastive/core", export: "firstAvailable" },
    async isAvailable() {
      const { chosen, rejected } = await choose(options.backends);
      return chosen === undefined ? unavailable(rejected) : { ok: true };
    },
    precisions: [...new Set(options.backends.flatMap(precisionsOf))],
    async init({ precision = "float32" } = {}): Promise<BackendInfo> {
      if (started === undefined || !precisionsOf(started.chosen).includes(precision)) {
        const { chosen, rejected } = await choose(options.backends, precision);
        if (chosen === undefined) {
          const { why, fix } = unavailable(rejected);
          throw new ContrastiveError({ who: `backend "first-available"`, what: why, fix });
        }
        started = { chosen, rejected };
      }
      const { chosen, rejected } = started;
      const info = await chosen.init({ precision });
      return {
        ...info,
        rejected: [...rejected.map(({ name, why }) => ({ name, why })), ...(info.rejected ?? [])],
      };
    },
    openViewMaker: () => started?.chosen.openViewMaker?.(),
  };
}

interface Rejection extends RejectedBackend {
  readonly fix: string;
}

interface Choice {
  readonly chosen: Backend;
  readonly rejected: readonly Rejection[];
}

async function choose(
  backends: readonly Backend[],
  precision: Precision = "float32",
): Promise<Partial<Choice> & Pick<Choice, "rejected">> {
  const rejected: Rejection[] = [];
  for (const backend of backends) {
    const availability = precisionsOf(backend).includes(precision)
      ? await backend.isAvailable()
      : without(precision);
    if (availability.ok) return { chosen: backend, rejected };
    rejected.push({ name: backend.name, why: availability.why, fix: availability.fix });
  }
  return { rejected };
}

function precisionsOf({ precisions = ["float32"] }: Backend): readonly Precision[] {
  return precisions;
}

function without(precision: Precision): Availability {
  return {
    ok: false,
    why: `it does not compute in precision ${JSON.stringify(precision)}`,
    fix: 'Use precision: "float32"',
  };
}

function unavailable(rejected: readonly Rejection[]): Extract<Availability, { ok: false }> {
  return {
    ok: false,
    why: `no backend is available: ${rejected.map(({ name, why }) => `${name} (${why})`).join(", ")}`,
    fix: rejected.map(({ name, fix }) => `${name}: ${fix}`).join(". "),
  };
}

function isBackend(value: unknown): boolean {
  return isPlugin(value) && typeof (value as Partial<Backend>).isAvailable === "function";
}
